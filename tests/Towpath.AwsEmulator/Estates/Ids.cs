using System.Security.Cryptography;

namespace Towpath.AwsEmulator.Estates;

/// <summary>Identifiers in the forms that AWS gives them.</summary>
public static class Ids
{
    private const string Digits = "0123456789";
    private const string HexDigits = "0123456789abcdef";
    private const string Word = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static string Hex(int length) => RandomNumberGenerator.GetString(HexDigits, length);

    /// <summary>Nineteen digits that never begin with 0.</summary>
    public static string Number() => RandomNumberGenerator.GetString(Digits.AsSpan(1), 1) + RandomNumberGenerator.GetString(Digits, 18);

    public static string Letters(int length) => RandomNumberGenerator.GetString(Word, length);

    public static string Uuid() => Guid.CreateVersion7().ToString();
}
