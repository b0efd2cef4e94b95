namespace Towpath.Aws.StaticSite.Artifacts;

/// <summary>
/// A site of a hundred thousand files leaves as much behind with each pass over it as it needs. .NET is in no hurry to take that back where memory is
/// plenty, and a deployment often runs beside others, or in a small container.
/// </summary>
internal static class LargeSites
{
    /// <summary>From so many files on a site is large.</summary>
    public const int Least = 20_000;

    /// <summary>Gives back what a pass over so many files left.</summary>
    public static void TidyUp(int files)
    {
        if (files > Least) GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
