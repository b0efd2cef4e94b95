namespace Towpath.Core.Releases;

/// <summary>What publishing a release came to for one application.</summary>
/// <param name="IsDone">The build has its version, now or already; otherwise the answer was no, until the build is there.</param>
/// <param name="Note">In one sentence, in plain text that may hold anybody's words.</param>
public sealed record ReleaseRecord(bool IsDone, string Note);
