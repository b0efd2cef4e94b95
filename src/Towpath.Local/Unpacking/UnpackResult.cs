namespace Towpath.Local.Unpacking;

/// <summary>What came of unpacking a zip.</summary>
public abstract record UnpackResult
{
    /// <param name="Files">What was written, by path with slashes.</param>
    public sealed record Unpacked(IReadOnlyDictionary<string, UnpackedFile> Files) : UnpackResult;

    /// <param name="Reason">Which entry cannot be used, and why.</param>
    public sealed record Refused(string Reason) : UnpackResult;
}

/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
/// <param name="Size">Bytes.</param>
public sealed record UnpackedFile(string Sha256, long Size);
