using System.Text.Json.Serialization;
using Towpath.Core.Artifacts;

namespace Towpath.Server.Api;

/// <summary>What CI tells of one commit that it built.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReportBuild
{
    public required string Application { get; init; }
    public required string Commit { get; init; }
    public string? Branch { get; init; }
    public string? Tag { get; init; }

    /// <summary>The version label; absent: the first of the spec's patterns that can be filled in.</summary>
    public string? Version { get; init; }

    /// <summary>Who wrote the commit; they cannot approve its promotions.</summary>
    public string? Author { get; init; }
    public string? RunUrl { get; init; }
    public string? RunNumber { get; init; }

    /// <summary>Absent for an application whose artifacts have no bytes of their own.</summary>
    public IReadOnlyList<ReportedArtifact>? Artifacts { get; init; }
}

/// <param name="Reference">Where the bytes are: the place that the app spec names.</param>
/// <param name="Name">The artifact's name in the app spec; absent where there is one.</param>
/// <param name="Digest">What the bytes should be; compared with what is found there.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReportedArtifact([property: JsonRequired] string Reference, string Name = Artifact.DefaultName, string? Digest = null);

/// <param name="Application">The application.</param>
/// <param name="Environment">Where it should go.</param>
/// <param name="Version">Which version; absent: the newest build.</param>
/// <param name="Reason">Why, for the record.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RequestPromotion([property: JsonRequired] string Application, [property: JsonRequired] string Environment, string? Version = null, string? Reason = null);

/// <param name="Application">The application.</param>
/// <param name="Environment">Which environment goes back.</param>
/// <param name="To">Which version; absent: the one that succeeded there before the one that runs.</param>
/// <param name="Reason">Why, for the record.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RequestRollback([property: JsonRequired] string Application, [property: JsonRequired] string Environment, string? To = null, string? Reason = null);

/// <param name="Role">In which role; absent: of this person's roles that are still needed the one that the fewest people have.</param>
/// <param name="Comment">For the record.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Decide(string? Role = null, string? Comment = null);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GiveReason(string? Reason = null);

/// <param name="Reason">Shown to everybody who wants to deploy there.</param>
/// <param name="ExpiresInSeconds">When it ends by itself; absent: never.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LockEnvironment([property: JsonRequired] string Reason, long? ExpiresInSeconds = null);

/// <param name="Version">The only one that may come, by its label.</param>
/// <param name="Reason">Shown to everybody who wants to deploy another.</param>
/// <param name="ExpiresInSeconds">When it ends by itself; absent: never.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PinEnvironment([property: JsonRequired] string Version, [property: JsonRequired] string Reason, long? ExpiresInSeconds = null);

/// <param name="Version">The label of what runs; absent: the one that the target has, or that it was reported under.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AdoptEnvironment(string? Version = null);

/// <param name="User">Who acts with it.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Scopes"><c>read</c>, <c>builds</c>, <c>deploy</c>, <c>approve</c>, <c>admin</c>; absent: all that the user's roles allow.</param>
/// <param name="Applications">Only these; absent: all.</param>
/// <param name="ExpiresInSeconds">When it ends by itself; absent: never.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CreateToken(
    [property: JsonRequired] string User, [property: JsonRequired] string Name, IReadOnlyList<string>? Scopes = null, IReadOnlyList<string>? Applications = null, long? ExpiresInSeconds = null);
