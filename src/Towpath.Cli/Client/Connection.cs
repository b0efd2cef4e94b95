using System.Net;
using Towpath.Cli.Output;
using Towpath.Core.Operators;

namespace Towpath.Cli.Client;

/// <summary>Which control plane, and as whom. Flag before environment before <c>towpath.yaml</c> here before the default.</summary>
/// <param name="Url">The control plane.</param>
/// <param name="From">Where the URL came from, for errors.</param>
/// <param name="Token">The token to show; null when there is none.</param>
internal sealed record Connection(Uri Url, string From, string? Token)
{
    /// <summary>Where <c>towpath up</c> leaves the administrator's token for commands on the same machine.</summary>
    public const string TokenFile = ".towpath/admin.token";

    private const string Default = "http://127.0.0.1:8470";
    private const string FromDefault = "the default";

    /// <summary>The token is one that GitHub signed for this job.</summary>
    public bool IsWorkflow { get; init; }

    /// <summary>Whether anything here speaks of a control plane: an address, a token, or the token that `towpath up` left.</summary>
    public bool IsConfigured => Token is not null || !string.Equals(From, FromDefault, StringComparison.Ordinal);

    public static Answer<Connection> Find(string? urlFlag, string? tokenFile, Terminal terminal)
    {
        var (text, from) = UrlOf(urlFlag);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return Wrong($"'{text}' ({from}) is no URL of a control plane", "write it like http://127.0.0.1:8470");
        if (tokenFile is not null && !File.Exists(tokenFile)) return Wrong($"there is no token file {tokenFile}", "name a file that holds an API token");
        return new Answer<Connection>(new Connection(url, from, TokenFor(url, tokenFile, terminal)), null);
    }

    private static (string Text, string From) UrlOf(string? flag)
    {
        if (flag is not null) return (flag, "--url");
        if (Environment.GetEnvironmentVariable("TOWPATH_URL") is { Length: > 0 } variable) return (variable, "TOWPATH_URL");
        return FromFile() is { } file ? (file, "towpath.yaml") : (Default, FromDefault);
    }

    /// <summary>What listens everywhere is reached on this machine.</summary>
    private static string? FromFile()
    {
        const string name = "towpath.yaml";
        if (!File.Exists(name)) return null;
        var settings = OperatorSettingsReader.Read(name, File.ReadAllText(name), Environment.CurrentDirectory).Settings;
        return settings?.Urls[0].Replace("//0.0.0.0", "//127.0.0.1", StringComparison.Ordinal).Replace("//[::]", "//127.0.0.1", StringComparison.Ordinal)
            .Replace("//+", "//127.0.0.1", StringComparison.Ordinal).Replace("//*", "//127.0.0.1", StringComparison.Ordinal);
    }

    private static string? TokenFor(Uri url, string? tokenFile, Terminal terminal)
    {
        if (tokenFile is not null) return File.ReadAllText(tokenFile).Trim();
        var variable = Environment.GetEnvironmentVariable("TOWPATH_TOKEN");
        if (variable is { Length: > 0 } && variable.Trim().Length > 0) return variable.Trim();
        if (variable is not null) terminal.Warn("TOWPATH_TOKEN is set, but blank");
        // The administrator's token of this machine goes nowhere else.
        return IsThisMachine(url) && File.Exists(TokenFile) ? File.ReadAllText(TokenFile).Trim() : null;
    }

    private static bool IsThisMachine(Uri url) =>
        string.Equals(url.Host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static Answer<Connection> Wrong(string message, string whatToDo) => new(null, new Failure(ExitCodes.Wrong, "bad_connection", message, whatToDo));
}
