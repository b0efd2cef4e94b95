using System.Security.Cryptography;

namespace Towpath.AwsEmulator.S3;

/// <summary>A checksum that S3 keeps with an object.</summary>
/// <param name="Algorithm">As in headers, in lower case: crc32, crc32c, crc64nvme, sha1, sha256.</param>
/// <param name="Value">Base64; composite ones end with the number of parts.</param>
/// <param name="Type">FULL_OBJECT or COMPOSITE.</param>
internal sealed record Checksum(string Algorithm, string Value, string Type = "FULL_OBJECT")
{
    public static readonly string[] Algorithms = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"];

    public string Header => $"x-amz-checksum-{Algorithm}";

    /// <summary>The member of XML answers, such as ChecksumSHA256.</summary>
    public string Element => $"Checksum{Algorithm.ToUpperInvariant()}";
}

/// <summary>Computes one checksum over data that arrives in pieces.</summary>
internal sealed class ChecksumState : IDisposable
{
    private readonly Crc? _crc;
    private readonly IncrementalHash? _hash;
    private ulong _state;

    public ChecksumState(string algorithm)
    {
        Algorithm = algorithm;
        _crc = algorithm switch { "crc32" => Crc.Crc32, "crc32c" => Crc.Crc32C, "crc64nvme" => Crc.Crc64Nvme, _ => null };
        if (_crc is not null) _state = _crc.Start;
        else _hash = IncrementalHash.CreateHash(algorithm switch
        {
            "sha1" => HashAlgorithmName.SHA1,
            "sha256" => HashAlgorithmName.SHA256,
            "md5" => HashAlgorithmName.MD5,
            _ => throw S3Fault.InvalidRequest($"Checksum algorithm provided is unsupported: {algorithm}"),
        });
    }

    public string Algorithm { get; }

    public void Append(ReadOnlySpan<byte> data)
    {
        if (_crc is not null) _state = _crc.Append(_state, data);
        else _hash!.AppendData(data);
    }

    public byte[] Finish() => _crc?.Finish(_state) ?? _hash!.GetHashAndReset();

    public void Dispose() => _hash?.Dispose();
}
