using Towpath.Core.Applications.Grammar;

namespace Towpath.Core.Deliverybot;

/// <summary>Whose <c>.github/deploy.yml</c> it is, as the configuration's files tell it: <c>deliverybot/APPLICATION/OWNER/NAME.yml</c>.</summary>
/// <param name="Application">The slug of the application that it becomes.</param>
/// <param name="Repository">As <c>owner/name</c>.</param>
public sealed record DeliverybotPlace(string Application, string Repository)
{
    /// <summary>The folder of these files in a configuration, with its slash. No configuration folder or repository has files of its own there.</summary>
    public const string Folder = "deliverybot/";

    private const string Extension = ".yml";

    public string Path => $"{Folder}{Application}/{Repository}{Extension}";

    public static bool IsIn(string path) => path.StartsWith(Folder, StringComparison.Ordinal);

    /// <summary>Null for any other path.</summary>
    public static DeliverybotPlace? Of(string path)
    {
        if (!IsIn(path) || !path.EndsWith(Extension, StringComparison.Ordinal)) return null;
        var rest = path[Folder.Length..^Extension.Length];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && Texts.IsSlug(rest[..slash]) && Texts.IsRepository(rest[(slash + 1)..]) ? new DeliverybotPlace(rest[..slash], rest[(slash + 1)..]) : null;
    }

    /// <summary>The slug that a repository's application has where the operator names none: the repository's name; null where that makes no slug.</summary>
    public static string? SlugOf(string repository)
    {
        var name = repository[(repository.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return Texts.ToSlug(name) is { Length: > 0 } slug ? slug : null;
    }
}
