using Towpath.Core.Facts;

namespace Towpath.GitHub.Webhooks;

internal static class RefEvents
{
    /// <summary>What stands for no commit, before a ref is made and after it was deleted.</summary>
    private const char Nothing = '0';

    /// <summary>
    /// The instant is the repository's <c>pushed_at</c>: those of commits say when somebody wrote them. An annotated tag is an object of its own, and <c>after</c> names
    /// that; what it stands for is the head commit.
    /// </summary>
    public static WebhookEvent Push(JsonFields root)
    {
        var repository = root.Object("repository");
        var head = root.OptionalObject("head_commit");
        var name = Full(root, root.Name("ref"));
        var after = Commit(root.Sha("after"));
        var commit = after is not null && name.StartsWith("refs/tags/", StringComparison.Ordinal) ? head?.OptionalSha("id") ?? after : after;
        var fact = new RefFact(repository.Id("id"), name, commit, repository.Instant("pushed_at"))
        {
            PushedBy = commit is null ? null : root.OptionalObject("sender")?.OptionalName("login"),
            Author = commit is null ? null : head?.OptionalObject("author")?.OptionalName("username"),
        };
        return new WebhookEvent.Push(fact, Commit(root.Sha("before")));
    }

    public static WebhookEvent Created(JsonFields root) => new WebhookEvent.Created(Named(root));

    public static WebhookEvent Deleted(JsonFields root)
    {
        var repository = root.Object("repository");
        return new WebhookEvent.Deleted(new RefFact(repository.Id("id"), Named(root), Sha: null, repository.Instant("pushed_at")));
    }

    private static string Full(JsonFields root, string name)
    {
        if (name.Length > 0 && !name.StartsWith("refs/", StringComparison.Ordinal)) root.Refuse("ref", "does not begin with refs/");
        return name;
    }

    private static string Named(JsonFields root)
    {
        var name = root.Name("ref");
        switch (root.Name("ref_type"))
        {
            case "branch": return "refs/heads/" + name;
            case "tag": return "refs/tags/" + name;
            default:
                root.Refuse("ref_type", "is neither branch nor tag");
                return name;
        }
    }

    private static string? Commit(string sha) => sha.All(c => c == Nothing) ? null : sha;
}
