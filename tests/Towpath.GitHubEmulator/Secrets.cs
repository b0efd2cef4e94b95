using System.Security.Cryptography;

namespace Towpath.GitHubEmulator;

/// <summary>Random words in the forms that GitHub gives them.</summary>
public static class Secrets
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static string Word(int length) => RandomNumberGenerator.GetString(Letters, length);

    public static string Hex(int length) => RandomNumberGenerator.GetHexString(length, lowercase: true);
}
