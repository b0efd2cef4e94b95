using Towpath.Aws.Bootstrap;
using Towpath.Cli.Client;
using Towpath.Cli.Output;

namespace Towpath.Cli.Commands;

/// <summary>Reads <c>NAME=VALUE</c> arguments.</summary>
internal static class BootstrapArguments
{
    /// <summary><c>OWNER/NAME=OWNER_ID/REPOSITORY_ID</c>.</summary>
    public static Answer<IReadOnlyDictionary<string, GitHubId>> Ids(string[]? arguments)
    {
        var ids = new Dictionary<string, GitHubId>(StringComparer.OrdinalIgnoreCase);
        foreach (var argument in arguments ?? [])
        {
            if (argument.Split('=', 2) is not [var name, var value] || !Core.Applications.Grammar.Texts.IsRepository(name)
                || value.Split('/') is not [var owner, var repository] || !IsNumber(owner) || !IsNumber(repository))
                return Wrong<IReadOnlyDictionary<string, GitHubId>>($"--github-id '{argument}' is not OWNER/NAME=OWNER_ID/REPOSITORY_ID, such as acme/web=4711/815");
            ids[name] = new GitHubId(owner, repository);
        }

        return new(ids, null);
    }

    public static Answer<IReadOnlyDictionary<string, string>> Values(string[]? arguments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var argument in arguments ?? [])
        {
            if (argument.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } value]) return Wrong<IReadOnlyDictionary<string, string>>($"--set '{argument}' is not NAME=VALUE, such as /web/dev/bucket=acme-web-dev");
            values[name] = value;
        }

        return new(values, null);
    }

    private static bool IsNumber(string text) => text.Length is > 0 and < 20 && text.All(char.IsAsciiDigit);

    private static Answer<T> Wrong<T>(string message) where T : class => new(null, new Failure(ExitCodes.Wrong, "bad_call", message));
}
