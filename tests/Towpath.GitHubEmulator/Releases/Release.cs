using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Releases;

/// <summary>A release, perhaps still a draft.</summary>
public sealed class Release(long id, Repository repository, Account author)
{
    public long Id { get; } = id;

    public Repository Repository { get; } = repository;

    public Account Author { get; } = author;

    public string TagName { get; set; } = "";

    /// <summary>The branch or commit that the tag is made of once it is published.</summary>
    public string Target { get; set; } = "";

    public string? Name { get; set; }

    public string? Body { get; set; }

    public bool IsDraft { get; set; }

    public bool IsPrerelease { get; set; }

    public DateTimeOffset CreatedAt { get; } = repository.World.Now;

    public DateTimeOffset? PublishedAt { get; set; }

    public JsonObject View()
    {
        var url = Repository.Api($"releases/{Id}");
        return new JsonObject
        {
            ["url"] = url, ["html_url"] = Repository.Web($"releases/tag/{(IsDraft ? $"untagged-{Id:x20}" : TagName)}"), ["assets_url"] = $"{url}/assets",
            ["upload_url"] = $"{url}/assets{{?name,label}}", ["tarball_url"] = IsDraft ? null : Repository.Api($"tarball/{TagName}"),
            ["zipball_url"] = IsDraft ? null : Repository.Api($"zipball/{TagName}"), ["id"] = Id, ["node_id"] = Account.Node("RE", Id), ["tag_name"] = TagName,
            ["target_commitish"] = Target, ["name"] = Name, ["body"] = Body, ["draft"] = IsDraft, ["prerelease"] = IsPrerelease, ["immutable"] = false,
            ["created_at"] = Json.Time(CreatedAt), ["published_at"] = Json.Time(PublishedAt), ["updated_at"] = Json.Time(PublishedAt ?? CreatedAt), ["author"] = Author.Simple(),
            ["assets"] = new JsonArray(),
        };
    }
}
