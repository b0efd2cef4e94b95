namespace Towpath.Aws.Credentials;

/// <summary>How the process proves who it is, before any role of a spec is assumed.</summary>
public abstract record OwnIdentity
{
    /// <summary>A token of GitHub Actions, asked for anew whenever a session begins.</summary>
    public sealed record GitHubActions(Uri RequestUrl, string RequestToken, string Role) : OwnIdentity
    {
        // Records print their members, and this one holds a secret.
        public override string ToString() => $"a token of GitHub Actions, as {Role}";
    }

    /// <summary>A token in a file, read anew whenever a session begins: it is replaced while the process runs.</summary>
    public sealed record TokenFile(string Path, string Role) : OwnIdentity
    {
        public override string ToString() => $"the token in {Path}, as {Role}";
    }

    /// <summary>Keys in the variables that every AWS tool reads.</summary>
    public sealed record Keys(string AccessKey, string SecretKey, string? SessionToken) : OwnIdentity
    {
        public override string ToString() => "the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
    }

    /// <summary>Whatever the rest of the SDK's own chain finds: profiles, single sign-on, container and instance metadata.</summary>
    public sealed record SdkChain : OwnIdentity
    {
        public override string ToString() => "the SDK's own chain";
    }

    /// <summary>The role that a token is for; null for keys, whatever they are of.</summary>
    public string? TokenRole => this switch
    {
        GitHubActions actions => actions.Role,
        TokenFile file => file.Role,
        _ => null,
    };

    /// <summary>The account that calls without a role are made in, as far as it is known without asking; null where keys do not tell.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="managementRole">The role that is assumed before any other.</param>
    public static string? AccountOf(Func<string, string?> variable, string? managementRole) =>
        (managementRole ?? Find(variable, managementRole).TokenRole)?.Split(':') is { Length: > 5 } parts ? parts[4] : null;

    /// <summary>
    /// A token file, then keys, then GitHub Actions, then the rest of the SDK's chain: what is more explicit goes first.
    /// </summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="managementRole">The role that tokens are for where <c>AWS_ROLE_ARN</c> names none.</param>
    public static OwnIdentity Find(Func<string, string?> variable, string? managementRole)
    {
        string? Text(string name) => variable(name) is { Length: > 0 } text ? text : null;
        var role = Text("AWS_ROLE_ARN") ?? managementRole;
        if (Text("AWS_WEB_IDENTITY_TOKEN_FILE") is { } file && role is not null) return new TokenFile(file, role);
        if (Text("AWS_ACCESS_KEY_ID") is { } key && Text("AWS_SECRET_ACCESS_KEY") is { } secret) return new Keys(key, secret, Text("AWS_SESSION_TOKEN"));
        if (role is null) return new SdkChain();
        return Text("ACTIONS_ID_TOKEN_REQUEST_URL") is { } url && Text("ACTIONS_ID_TOKEN_REQUEST_TOKEN") is { } token && Uri.TryCreate(url, UriKind.Absolute, out var address)
            ? new GitHubActions(address, token, role)
            : new SdkChain();
    }
}
