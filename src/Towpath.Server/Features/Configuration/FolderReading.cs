using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Applications;

namespace Towpath.Server.Features.Configuration;

/// <summary>One look at the configuration folder.</summary>
/// <param name="Files">Their bytes, by path relative to the folder.</param>
/// <param name="Problems">What could not be read, and why.</param>
internal sealed record FolderReading(IReadOnlyDictionary<string, byte[]> Files, IReadOnlyList<SpecError> Problems)
{
    public static FolderReading Failed(string path, string message) => new(new Dictionary<string, byte[]>(StringComparer.Ordinal), [new SpecError(path, 1, 1, "unreadable", message)]);

    /// <summary>Hash over names and contents, to see whether anything changed since the last look.</summary>
    public string Fingerprint(string? source)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, bytes) in Files.OrderBy(file => file.Key, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes($"{path}\n{bytes.Length}\n{Convert.ToHexString(SHA256.HashData(bytes))}\n"));
        foreach (var problem in Problems) hash.AppendData(Encoding.UTF8.GetBytes(problem + "\n"));
        hash.AppendData(Encoding.UTF8.GetBytes(source ?? ""));
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    public ConfigurationFiles ToFiles(string? source) =>
        new(Files.ToDictionary(file => file.Key, file => ConfigurationText.Of(file.Value)!, StringComparer.Ordinal), source);
}
