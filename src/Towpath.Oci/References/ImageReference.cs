using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Towpath.Core;
using Towpath.Core.Artifacts;

namespace Towpath.Oci.References;

/// <summary>
/// Where an image is: <c>[host[:port]/]repository[:tag][@digest]</c>, with Docker Hub's defaults filled in (OCI distribution specification,
/// "Pulling manifests"; grammar of references of the Docker project).
/// </summary>
/// <param name="Registry">The host in lower case, with its port where one is named; <c>docker.io</c> for Docker Hub.</param>
/// <param name="Repository">The name inside the registry.</param>
/// <param name="Tag">The tag, where one is named.</param>
/// <param name="Digest">The digest, where one is named.</param>
public sealed partial record ImageReference(string Registry, string Repository, string? Tag = null, Digest? Digest = null)
{
    public const string DockerHub = "docker.io";

    private const int LongestName = 255;

    /// <summary>Registry and repository.</summary>
    public string Name => $"{Registry}/{Repository}";

    /// <summary>What the registry is asked for: the digest, else the tag; null where neither is named.</summary>
    public string? Wanted => Digest?.Value ?? Tag;

    public ImageReference At(Digest digest) => this with { Tag = null, Digest = digest };

    public ImageReference Tagged(string tag) => this with { Tag = tag, Digest = null };

    /// <exception cref="FormatException">The text is not a reference; the message says what is wrong.</exception>
    public static ImageReference Parse(string text) => TryParse(text, out var reference, out var problem) ? reference : throw new FormatException(problem);

    /// <param name="text">As people write it.</param>
    /// <param name="reference">The parts.</param>
    /// <param name="problem">What is wrong, in a sentence.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference, [NotNullWhen(false)] out string? problem)
    {
        var parts = ContainerReference.Split(text);
        var (registry, repository) = Place(parts.Repository);
        Digest digest = default;
        problem = ProblemOf(text, registry, repository, parts.Tag)
            ?? (parts.Digest is null || Core.Artifacts.Digest.TryParse(parts.Digest, out digest)
                ? null
                : $"'{Shown(text)}' has a digest that is not sha256: and 64 lower-case hexadecimal digits");
        reference = problem is null ? new ImageReference(registry, repository, parts.Tag, parts.Digest is null ? null : digest) : null;
        return problem is null;
    }

    public override string ToString() => $"{Name}{(Tag is null ? "" : $":{Tag}")}{(Digest is { } digest ? $"@{digest}" : "")}";

    /// <summary>Whether this could be a tag.</summary>
    public static bool IsTag(string text) => TagText().IsMatch(text);

    private static (string Registry, string Repository) Place(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IsHostLike(name[..slash])) return (DockerHub, slash < 0 ? $"library/{name}" : name);
        var host = name[..slash].ToLowerInvariant();
        var repository = name[(slash + 1)..];
        if (host is not (DockerHub or "index.docker.io" or "registry-1.docker.io")) return (host, repository);
        return (DockerHub, repository.Contains('/', StringComparison.Ordinal) ? repository : $"library/{repository}");
    }

    // The first part is a host when it could not be the owner of a repository on Docker Hub.
    private static bool IsHostLike(string part) => part.Contains('.', StringComparison.Ordinal) || part.Contains(':', StringComparison.Ordinal)
        || string.Equals(part, "localhost", StringComparison.OrdinalIgnoreCase) || part.Any(char.IsAsciiLetterUpper);

    private static string? ProblemOf(string text, string registry, string repository, string? tag)
    {
        if (text.Length == 0) return "the reference is empty; expected a repository such as ghcr.io/acme/web:v1";
        if (text.Contains("://", StringComparison.Ordinal)) return $"'{Shown(text)}' begins with a scheme; leave it out and begin with the registry's host";
        if (!Host().IsMatch(registry) || !HasPort(registry)) return $"'{Shown(registry)}' in '{Shown(text)}' is not the name of a registry's host";
        if (!RepositoryName().IsMatch(repository))
            return $"'{Shown(repository)}' in '{Shown(text)}' is not a repository; expected lower-case letters, digits and single separators (. _ -) "
                + "between them, parted by slashes";
        if (registry.Length + repository.Length + 1 > LongestName) return $"'{Shown(text)}' is longer than {LongestName} characters";
        return tag is null || IsTag(tag)
            ? null
            : $"'{Shown(tag)}' in '{Shown(text)}' is not a tag; expected at most 128 letters, digits, dots, dashes and underscores, "
                + "beginning with a letter, digit or underscore";
    }

    private static bool HasPort(string registry) => registry.LastIndexOf(':') is var colon && (colon < 0 || registry.EndsWith(']')
        || (int.TryParse(registry.AsSpan(colon + 1), out var port) && port is > 0 and <= 65535));

    private static string Shown(string text) => PlainText.Of(text, 120);

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    [GeneratedRegex(@"\A(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)(:[0-9]{1,5})?\z", Options)]
    private static partial Regex Host();

    [GeneratedRegex(@"\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z", Options)]
    private static partial Regex RepositoryName();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\z", Options)]
    private static partial Regex TagText();
}
