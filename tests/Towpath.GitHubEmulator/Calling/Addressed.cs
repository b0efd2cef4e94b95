using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Calling;

/// <summary>Finds the repository that a path names: by name, by a name that it had, or by its id.</summary>
internal static class Addressed
{
    /// <summary>The answer for a repository that was renamed; null once the call knows its repository, or needs none.</summary>
    public static Answer? Repository(Call call)
    {
        if (call.Values.TryGetValue("repository_id", out var id))
        {
            Take(call, long.TryParse(id, out var number) ? call.World.Repositories.Find(number) : null);
            return null;
        }

        if (!call.Values.TryGetValue("owner", out var owner) || !call.Values.TryGetValue("repo", out var name)) return null;
        if (call.World.Repositories.Find($"{owner}/{name}") is { } found)
        {
            Take(call, found);
            return null;
        }

        return call.World.Repositories.Moved($"{owner}/{name}") is { } moved ? MovedTo(call, moved) : throw GitHubFault.NotFound();
    }

    private static void Take(Call call, Repository? repository)
    {
        call.Repository = repository ?? throw GitHubFault.NotFound();
        call.NamesRepository = true;
    }

    private static Answer MovedTo(Call call, Repository repository)
    {
        var request = call.Http.Request;
        var path = request.Path.Value!;
        var at = path.IndexOf("/repos/", StringComparison.Ordinal);
        var rest = path[(at + 7)..].Split('/', 3) is [_, _, var more] ? $"/{more}" : "";
        var to = call.World.Urls.Api($"repositories/{repository.Id}{rest}{request.QueryString.Value}");
        var status = HttpMethods.IsGet(request.Method) ? StatusCodes.Status301MovedPermanently : StatusCodes.Status307TemporaryRedirect;
        return new Answer(status, new System.Text.Json.Nodes.JsonObject { ["message"] = "Moved Permanently", ["url"] = to, ["documentation_url"] = GitHubFault.Documentation })
        {
            Headers = [("Location", to)],
        };
    }
}
