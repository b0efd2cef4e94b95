using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Core.Operators;

namespace Towpath.Cli.Hosting;

/// <summary>The operator's settings with everything resolved to absolute places.</summary>
internal sealed record UpSettings(OperatorSettings Operator, string DataFolder, string Database)
{
    /// <summary>The GitHub App with its secrets; null where the settings name none.</summary>
    public GitHubCredentials? GitHub { get; init; }

    /// <summary>Login providers with their secrets.</summary>
    public IReadOnlyList<OidcProvider> OidcProviders { get; init; } = [];

    private const string Sqlite = "sqlite:";

    public bool IsSqlite => Database.StartsWith(Sqlite, StringComparison.OrdinalIgnoreCase);

    public string HostName => Operator.Host ?? Environment.MachineName;

    public string TokenFile => Path.Combine(DataFolder, "admin.token");

    public static Answer<UpSettings> Of(Call call, UpOptions options)
    {
        var (settings, found, errors) = Standalone.Operator.Read(call.Get(options.Config), Environment.CurrentDirectory);
        if (settings is null)
            return Wrong("invalid_settings", "the operator's settings are wrong", "mend the file, or name another with --config") with { Failure = Wrong("invalid_settings", "the operator's settings are wrong", null).Failure! with { Errors = errors } };
        var folder = found ? Path.GetDirectoryName(Path.GetFullPath(call.Get(options.Config) ?? Standalone.Operator.FileName))! : Environment.CurrentDirectory;
        if (call.Get(options.Apps) is { } apps) settings = settings with { ConfigFolder = Path.GetFullPath(apps), Configuration = null };
        if (settings.Configuration is null && !Directory.Exists(settings.ConfigFolder))
            return Wrong("no_such_path", $"there is no configuration folder {settings.ConfigFolder}", "make it with organization.yaml and apps/, or name another with --apps");
        if (call.Get(options.Urls) is { Length: > 0 } urls) settings = settings with { Urls = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) };
        if (settings.Urls.FirstOrDefault(u => !IsListenable(u)) is { } bad)
            return Wrong("bad_url", $"'{bad}' is nothing to listen on", "write it like http://127.0.0.1:8470");
        var data = Path.GetFullPath(call.Get(options.Data) ?? Path.Combine(folder, ".towpath"));
        return new Answer<UpSettings>(new UpSettings(settings, data, DatabaseOf(call.Get(options.Database), settings, folder, data, call.Get(options.Data) is not null)), null);
    }

    /// <summary>With the secrets that the settings refer to, which only the control plane itself needs.</summary>
    public Answer<UpSettings> WithSecrets()
    {
        var secrets = new GitHubSecrets(Environment.GetEnvironmentVariable, ReadSecret);
        var references = new SecretReferences(Environment.GetEnvironmentVariable, ReadSecret);
        // Where another GitHub is named by the environment alone, an App can still be created there.
        var app = Operator.GitHub ?? (Environment.GetEnvironmentVariable("GITHUB_API_URL") is { Length: > 0 } ? new GitHubSettings() : null);
        var found = app is null ? null : secrets.Resolve(app);
        OidcProvider[] providers = [.. Operator.Login.Oidc.Select(p => p with { ClientSecret = references.Follow($"login.oidc.{p.Name}.client_secret", p.ClientSecret) })];
        string[] errors = [.. secrets.Errors, .. references.Errors];
        return errors.Length > 0 ? Wrong("missing_secret", string.Join("; ", errors), null) : new Answer<UpSettings>(this with { GitHub = found, OidcProviders = providers }, null);
    }

    private static string? ReadSecret(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A path on the command line is meant from here, one in the file from the file's folder; the default lies in the data folder.</summary>
    private static string DatabaseOf(string? option, OperatorSettings settings, string folder, string data, bool dataGiven)
    {
        if (option is not null) return Absolute(option, Environment.CurrentDirectory);
        var isDefault = string.Equals(settings.Database, OperatorSettings.DefaultDatabase, StringComparison.Ordinal);
        return isDefault && dataGiven ? $"{Sqlite}{Path.Combine(data, "towpath.db")}" : Absolute(settings.Database, folder);
    }

    private static string Absolute(string database, string folder) => database.StartsWith(Sqlite, StringComparison.OrdinalIgnoreCase)
        ? Sqlite + Path.GetFullPath(Path.Combine(folder, database[Sqlite.Length..]))
        : database;

    /// <summary>The server knows more forms (<c>http://*:80</c>) than a URI has.</summary>
    private static bool IsListenable(string url) =>
        Uri.TryCreate(url.Replace("://*", "://localhost", StringComparison.Ordinal).Replace("://+", "://localhost", StringComparison.Ordinal), UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https";

    private static Answer<UpSettings> Wrong(string code, string message, string? whatToDo) => new(null, new Failure(ExitCodes.Wrong, code, message, whatToDo));
}
