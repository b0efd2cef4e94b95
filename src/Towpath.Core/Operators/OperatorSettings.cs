namespace Towpath.Core.Operators;

/// <summary>The operator's file <c>towpath.yaml</c>, with defaults for what it leaves out.</summary>
public sealed record OperatorSettings
{
    public static IReadOnlyList<string> DefaultUrls { get; } = ["http://127.0.0.1:8470"];

    public const string DefaultDatabase = "sqlite:.towpath/towpath.db";

    public IReadOnlyList<string> Urls { get; init; } = DefaultUrls;

    /// <summary><c>sqlite:PATH</c>, relative to the folder of <c>towpath.yaml</c>, or <c>postgres://…</c>. May hold a password: never shown.</summary>
    public string Database { get; init; } = DefaultDatabase;

    /// <summary>The absolute folder of <c>organization.yaml</c> and <c>apps/</c>.</summary>
    public required string ConfigFolder { get; init; }

    /// <summary>The repository that they come from instead; null for the folder.</summary>
    public ConfigurationRepository? Configuration { get; init; }

    /// <summary>Repositories of applications that have a Deliverybot file instead of an app spec, in the order of the file.</summary>
    public IReadOnlyList<DeliverybotRepository> Deliverybot { get; init; } = [];

    /// <summary>This node's name for <c>host:</c> capabilities; null where the machine's own name is to be taken.</summary>
    public string? Host { get; init; }

    public AwsSettings Aws { get; init; } = AwsSettings.Default;

    /// <summary>Null where the file has no <c>github</c>.</summary>
    public GitHubSettings? GitHub { get; init; }

    public LoginSettings Login { get; init; } = LoginSettings.Default;

    /// <summary>The address that people, GitHub and login providers use; null where it is the first of <see cref="Urls"/>.</summary>
    public string? PublicUrl { get; init; }

    public OperatorLimits Limits { get; init; } = OperatorLimits.Nothing;

    // Records print their members, and the database's address may hold a password.
    public override string ToString() => $"OperatorSettings {{ Urls = {string.Join(' ', Urls)}, ConfigFolder = {ConfigFolder}, Host = {Host} }}";
}
