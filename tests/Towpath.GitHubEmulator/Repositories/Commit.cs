using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Towpath.GitHubEmulator.Accounts;

namespace Towpath.GitHubEmulator.Repositories;

/// <summary>A file's bytes, named as git names them.</summary>
public sealed class Blob(byte[] bytes)
{
    public byte[] Bytes { get; } = bytes;

    /// <summary>As git has it: <c>120000</c> is a symbolic link, <c>160000</c> a submodule.</summary>
    public string Mode { get; init; } = "100644";

    public string Text => Encoding.UTF8.GetString(Bytes);

    public string Sha { get; } = Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"), .. bytes]));

    public static Blob Of(string text) => new(Encoding.UTF8.GetBytes(text));
}

/// <summary>A commit with all of its files by path.</summary>
public sealed class Commit
{
    public Commit(ImmutableSortedDictionary<string, Blob> files, IReadOnlyList<string> parents, string message, User author, DateTimeOffset at)
    {
        (Files, Parents, Message, Author, At) = (files, parents, message, author, at);
        TreeSha = Hash("tree", string.Concat(files.Select(f => $"{f.Key}\0{f.Value.Sha}\n")));
        Sha = Hash("commit", $"tree {TreeSha}\n{string.Join('\n', parents)}\n{author.Login} {at.ToUnixTimeMilliseconds()}\n\n{message}");
    }

    public string Sha { get; }

    public string TreeSha { get; }

    public ImmutableSortedDictionary<string, Blob> Files { get; }

    public IReadOnlyList<string> Parents { get; }

    public string Message { get; }

    public User Author { get; }

    public DateTimeOffset At { get; }

    internal static string Hash(string kind, string text) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes($"{kind} {text.Length}\0{text}")));
}
