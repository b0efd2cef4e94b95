using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Repositories;
using Towpath.GitHubEmulator.Tests.Scene;

namespace Towpath.GitHubEmulator.Tests.Repositories;

/// <summary>Trees and annotated tags, as git has them.</summary>
public sealed class GitObjectTests : GitHubScene
{
    [Fact]
    public async Task A_tree_lists_its_own_entries_and_recursively_all_below()
    {
        var commit = Web.Push("main", Files(("apps/a.yaml", "a"), ("apps/sub/b.yaml", "b")));
        var client = AsInstallation();
        var top = (await client.GetAsync($"/repos/acme/web/git/trees/{commit.TreeSha}")).Json;
        Assert.Equal(["README.md blob 100644", "apps tree 040000"], Entries(top));
        Assert.Equal(commit.TreeSha, (string?)top["sha"]);
        Assert.Equal(8, (int?)top["tree"]![0]!["size"]);

        var apps = (await client.GetAsync($"/repos/acme/web/git/trees/{top["tree"]![1]!["sha"]}")).Json;
        Assert.Equal(["a.yaml blob 100644", "sub tree 040000"], Entries(apps));
        Assert.Equal((string?)top["tree"]![1]!["sha"], (string?)apps["sha"]);
        // A branch's name is taken as well; any value of `recursive` means yes, even 0.
        Assert.Equal(
            ["README.md blob 100644", "apps tree 040000", "apps/a.yaml blob 100644", "apps/sub tree 040000", "apps/sub/b.yaml blob 100644"],
            Entries((await client.GetAsync("/repos/acme/web/git/trees/main?recursive=0")).Json));
        Assert.Equal(404, (await client.GetAsync($"/repos/acme/web/git/trees/{new string('0', 40)}")).Status);
    }

    [Fact]
    public async Task Links_programs_and_submodules_are_told_by_their_modes()
    {
        Web.Push("main", new Dictionary<string, Blob?>(StringComparer.Ordinal)
        {
            ["link"] = new Blob("../../etc/passwd"u8.ToArray()) { Mode = "120000" }, ["run"] = new Blob("#!/bin/sh"u8.ToArray()) { Mode = "100755" }, ["vendor"] = new Blob([]) { Mode = "160000" },
        });
        var tree = (await AsInstallation().GetAsync("/repos/acme/web/git/trees/main")).Json;

        Assert.Equal(["README.md blob 100644", "link blob 120000", "run blob 100755", "vendor commit 160000"], Entries(tree));
        Assert.Null(tree["tree"]![3]!["size"]);
    }

    [Fact]
    public async Task A_tree_with_too_many_entries_says_that_it_is_cut()
    {
        Web.Push("main", Files([.. Enumerable.Range(0, 5).Select(i => ($"{i}.txt", "x"))]));
        var client = AsInstallation();
        Assert.False((bool)(await client.GetAsync("/repos/acme/web/git/trees/main?recursive=1")).Json["truncated"]!);
        Emulator.Script.MostTreeEntries = 3;
        var cut = (await client.GetAsync("/repos/acme/web/git/trees/main?recursive=1")).Json;

        Assert.True((bool)cut["truncated"]!);
        Assert.Equal(3, cut["tree"]!.AsArray().Count);
    }

    [Fact]
    public async Task An_annotated_tag_is_an_object_of_its_own_that_stands_for_a_commit()
    {
        var client = AsInstallation();
        var main = Web.Refs["refs/heads/main"];
        var tag = await client.PostAsync("/repos/acme/web/git/tags", new JsonObject { ["tag"] = "v1", ["message"] = "the first", ["object"] = main, ["type"] = "commit" });
        var sha = (string)tag.Json["sha"]!;
        Assert.Equal(201, tag.Status);
        Assert.Equal(404, (await client.GetAsync("/repos/acme/web/git/ref/tags/v1")).Status);
        await ForgetAsync();
        var made = await client.PostAsync("/repos/acme/web/git/refs", new JsonObject { ["ref"] = "refs/tags/v1", ["sha"] = sha });

        Assert.Equal((201, "tag", sha), (made.Status, (string?)made.Json["object"]!["type"], (string?)made.Json["object"]!["sha"]));
        var read = (await client.GetAsync($"/repos/acme/web/git/tags/{sha}")).Json;
        Assert.Equal(("v1", "the first", "commit", main), ((string?)read["tag"], (string?)read["message"], (string?)read["object"]!["type"], (string?)read["object"]!["sha"]));
        Assert.Equal(main, (string?)(await client.GetAsync("/repos/acme/web/commits/v1")).Json["sha"]);
        Assert.Equal(main, (string?)(await client.GetAsync("/repos/acme/web/tags")).Json[0]!["commit"]!["sha"]);
        var push = (await ToldAsync()).Single(t => t.Event == "push").Json;
        Assert.Equal((sha, main), ((string?)push["after"], (string?)push["head_commit"]!["id"]));

        // Moved to a commit itself, it is a tag like any other.
        var next = Branch("next");
        Assert.Equal(200, (await client.PatchAsync("/repos/acme/web/git/refs/tags/v1", new JsonObject { ["sha"] = next.Sha })).Status);
        Assert.Equal(("commit", next.Sha), ((string?)(await client.GetAsync("/repos/acme/web/git/ref/tags/v1")).Json["object"]!["type"], Web.Refs["refs/tags/v1"]));
        Assert.Equal(404, (await client.GetAsync($"/repos/acme/web/git/tags/{next.Sha}")).Status);
    }

    private static IEnumerable<string> Entries(JsonNode tree) => tree["tree"]!.AsArray().Select(entry => $"{entry!["path"]} {entry["type"]} {entry["mode"]}");

    private static Dictionary<string, string?> Files(params (string Path, string Text)[] files) => files.ToDictionary(file => file.Path, file => (string?)file.Text, StringComparer.Ordinal);
}
