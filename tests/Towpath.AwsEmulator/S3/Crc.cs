using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Towpath.AwsEmulator.S3;

/// <summary>A reflected CRC, eight bytes at a time.</summary>
internal sealed class Crc
{
    public static readonly Crc Crc32 = new(0xEDB88320, 4);
    public static readonly Crc Crc32C = new(0x82F63B78, 4);

    /// <summary>S3's default checksum. Source: CRC-64/NVME.</summary>
    public static readonly Crc Crc64Nvme = new(0x9A6C9329AC4BC9B5, 8);

    private readonly ulong[][] _tables;
    private readonly ulong _ones;
    private readonly int _bytes;

    private Crc(ulong polynomial, int bytes)
    {
        _bytes = bytes;
        _ones = bytes == 8 ? ulong.MaxValue : uint.MaxValue;
        _tables = [.. Enumerable.Range(0, 8).Select(_ => new ulong[256])];
        for (var i = 0u; i < 256; i++)
        {
            ulong value = i;
            for (var bit = 0; bit < 8; bit++) value = (value & 1) == 1 ? (value >> 1) ^ polynomial : value >> 1;
            _tables[0][i] = value;
        }

        for (var table = 1; table < 8; table++)
            for (var i = 0; i < 256; i++)
                _tables[table][i] = (_tables[table - 1][i] >> 8) ^ _tables[0][_tables[table - 1][i] & 255];
    }

    public ulong Start => _ones;

    public ulong Append(ulong state, ReadOnlySpan<byte> data)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (var word in words)
        {
            var mixed = state ^ (BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
            state = _tables[7][mixed & 255] ^ _tables[6][(mixed >> 8) & 255] ^ _tables[5][(mixed >> 16) & 255] ^ _tables[4][(mixed >> 24) & 255]
                ^ _tables[3][(mixed >> 32) & 255] ^ _tables[2][(mixed >> 40) & 255] ^ _tables[1][(mixed >> 48) & 255] ^ _tables[0][mixed >> 56];
        }

        foreach (var b in data[(words.Length * 8)..]) state = (state >> 8) ^ _tables[0][(state ^ b) & 255];
        return state;
    }

    public byte[] Finish(ulong state)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, state ^ _ones);
        return bytes[(8 - _bytes)..];
    }
}
