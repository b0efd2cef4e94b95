using System.Text;
using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Releases;

/// <summary>Releases: drafts, publishing, generated notes. Source: GitHub, "REST API endpoints for releases".</summary>
internal static class ReleaseCalls
{
    public static void Add(Router routes)
    {
        routes.On("GET /repos/{owner}/{repo}/releases", Need.ToRead("contents"), call => call.Page([.. Visible(call).Reverse()], r => r.View()));
        routes.On("POST /repos/{owner}/{repo}/releases", Need.ToWrite("contents"), Create);
        routes.On("POST /repos/{owner}/{repo}/releases/generate-notes", Need.ToWrite("contents"), call => Answer.Ok(Notes(call)));
        routes.On("GET /repos/{owner}/{repo}/releases/latest", Need.ToRead("contents"), Latest);
        routes.On("GET /repos/{owner}/{repo}/releases/tags/{tag+}", Need.ToRead("contents"), call =>
            Answer.Ok((call.Repository.Releases.Find(r => !r.IsDraft && r.TagName == call["tag"]) ?? throw GitHubFault.NotFound()).View()));
        routes.On("GET /repos/{owner}/{repo}/releases/{release_id}", Need.ToRead("contents"), call => Answer.Ok(Of(call).View()));
        routes.On("PATCH /repos/{owner}/{repo}/releases/{release_id}", Need.ToWrite("contents"), Update);
        routes.On("DELETE /repos/{owner}/{repo}/releases/{release_id}", Need.ToWrite("contents"), Delete);
    }

    private static Release Of(Call call)
    {
        var id = call.Number64("release_id");
        return Visible(call).FirstOrDefault(r => r.Id == id) ?? throw GitHubFault.NotFound();
    }

    /// <summary>Drafts are seen by whoever may write.</summary>
    private static IEnumerable<Release> Visible(Call call)
    {
        var writes = call.Caller switch
        {
            Caller.OfInstallation { Token: var token } => token.Allows(Need.ToWrite("contents")),
            Caller.Person person => call.Repository.RoleOf(person.User) >= Role.Write,
            _ => false,
        };
        return call.Repository.Releases.Where(r => writes || !r.IsDraft);
    }

    private static Answer Latest(Call call) => Answer.Ok(
        (call.Repository.Releases.Where(r => r is { IsDraft: false, IsPrerelease: false }).MaxBy(r => r.PublishedAt) ?? throw GitHubFault.NotFound()).View());

    private static Answer Create(Call call)
    {
        var (repository, input) = (call.Repository, call.Input);
        var tag = input.Required("tag_name", "Release");
        if (repository.Releases.Exists(r => !r.IsDraft && r.TagName == tag)) throw GitHubFault.Invalid("Release", "tag_name", "already_exists");
        var release = new Release(call.World.NextId(), repository, call.Actor)
        {
            TagName = tag, Target = input.Text("target_commitish") ?? repository.DefaultBranch, Name = input.Text("name"), Body = input.Text("body"), IsDraft = true,
            IsPrerelease = input.Flag("prerelease") ?? false,
        };
        if (input.Flag("generate_release_notes") == true)
        {
            var notes = Notes(call);
            release.Name ??= (string)notes["name"]!;
            release.Body = release.Body is null ? (string)notes["body"]! : $"{release.Body}\n{notes["body"]}";
        }

        repository.Releases.Add(release);
        var draft = input.Flag("draft") ?? false;
        if (!draft) Publish(call, release);
        Tell(call, release, "created");
        if (!draft) TellPublished(call, release);
        return Answer.Created(release.View());
    }

    private static Answer Update(Call call)
    {
        var (release, input) = (Of(call), call.Input);
        release.TagName = input.Text("tag_name") ?? release.TagName;
        release.Target = input.Text("target_commitish") ?? release.Target;
        release.Name = input.Text("name") ?? release.Name;
        release.Body = input.Text("body") ?? release.Body;
        release.IsPrerelease = input.Flag("prerelease") ?? release.IsPrerelease;
        if (release.IsDraft && input.Flag("draft") == false)
        {
            if (call.Repository.Releases.Exists(r => r != release && !r.IsDraft && r.TagName == release.TagName)) throw GitHubFault.Invalid("Release", "tag_name", "already_exists");
            Publish(call, release);
            TellPublished(call, release);
        }
        else
        {
            Tell(call, release, "edited");
        }

        return Answer.Ok(release.View());
    }

    private static Answer Delete(Call call)
    {
        var release = Of(call);
        call.Repository.Releases.Remove(release);
        Tell(call, release, "deleted");
        return Answer.NoContent;
    }

    private static void Publish(Call call, Release release)
    {
        var reference = $"refs/tags/{release.TagName}";
        if (!call.Repository.Refs.ContainsKey(reference))
        {
            var commit = call.Repository.Resolve(release.Target) ?? throw GitHubFault.Invalid("Release", "target_commitish", "invalid");
            RefEvents.Move(call.Repository, reference, commit.Sha, call.Actor);
        }

        (release.IsDraft, release.PublishedAt) = (false, call.World.Now);
    }

    private static void TellPublished(Call call, Release release)
    {
        Tell(call, release, "published");
        Tell(call, release, release.IsPrerelease ? "prereleased" : "released");
    }

    private static void Tell(Call call, Release release, string action)
    {
        var members = new JsonObject { ["release"] = release.View() };
        if (action == "edited") members["changes"] = new JsonObject();
        call.World.Outbox.Publish("release", action, call.Repository, call.Actor, members);
    }

    /// <summary>The merged pull requests since the tag before.</summary>
    private static JsonObject Notes(Call call)
    {
        var (repository, input) = (call.Repository, call.Input);
        var tag = input.Required("tag_name", "Release");
        var head = repository.Resolve($"refs/tags/{tag}") ?? repository.Resolve(input.Text("target_commitish") ?? repository.DefaultBranch)
            ?? throw GitHubFault.Invalid("Release", "target_commitish", "invalid");
        var before = input.Text("previous_tag_name") ?? repository.Releases.Where(r => !r.IsDraft && r.TagName != tag).MaxBy(r => r.PublishedAt)?.TagName;
        var commits = before is not null && repository.Resolve($"refs/tags/{before}") is { } from ? repository.Network.Between(from.Sha, head.Sha) : repository.Network.History(head.Sha);
        var brought = commits.Select(c => c.Sha).ToHashSet();
        var body = new StringBuilder("## What's Changed\n");
        foreach (var pull in repository.Pulls.Where(p => p.MergeCommitSha is { } merged && brought.Contains(merged)))
            body.Append($"* {pull.Issue.Title} by @{pull.Issue.Author.Login} in {repository.Web($"pull/{pull.Number}")}\n");
        body.Append($"\n\n**Full Changelog**: {repository.Web(before is null ? $"commits/{tag}" : $"compare/{before}...{tag}")}");
        return new JsonObject { ["name"] = tag, ["body"] = body.ToString() };
    }
}
