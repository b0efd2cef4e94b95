namespace Towpath.Core.Artifacts;

/// <summary>What CI reported: a commit and the artifacts made of it, under a version label. Labels never decide bytes; digests do.</summary>
public sealed record Build
{
    /// <summary>Stands for whoever did something on GitHub that did not tell who it was.</summary>
    public const string Nobody = "github";

    /// <summary>A version-7 UUID in 32 hexadecimal digits.</summary>
    public required string Id { get; init; }
    public required string Application { get; init; }
    public required string Commit { get; init; }
    public string? Branch { get; init; }
    public string? Tag { get; init; }
    public required string Version { get; init; }
    public required IReadOnlyList<Artifact> Artifacts { get; init; }

    /// <summary>What stands for the whole set: the one artifact's digest, or the hash of the sorted names and digests of several.</summary>
    public required Digest Digest { get; init; }

    /// <summary>Who wrote the commit, where CI told.</summary>
    public string? Author { get; init; }
    public required string ReportedBy { get; init; }

    /// <summary>Who else had a hand in it, such as who pushed the commit or published the release; null where nobody else is known.</summary>
    public IReadOnlyList<string>? Hands { get; init; }
    public string? RunUrl { get; init; }

    /// <summary>The workflow run that reported it, as its token said; null where somebody reported it with a token of this control plane.</summary>
    public BuildRun? Run { get; init; }

    /// <summary>The pull request that it was made for, which is the only place where it may go: to its previews.</summary>
    public long? Pull { get; init; }
    public required DateTimeOffset ReportedAt { get; init; }

    public string ShortCommit => CommitName.Short(Commit);

    /// <summary>Everybody who is known to have had a hand in it: a commit's author is what its own mail address claims, and need not be who brought it here.</summary>
    public IReadOnlyList<string> AllHands()
    {
        string?[] all = [Author, ReportedBy, Run?.Actor, .. Hands ?? []];
        return [.. all.OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    public static Digest DigestOf(IReadOnlyList<Artifact> artifacts) => artifacts.Count == 1
        ? artifacts[0].Digest
        : Digest.Of(string.Concat(artifacts.OrderBy(a => a.Name, StringComparer.Ordinal).Select(a => $"{a.Name}={a.Digest}\n")));
}
