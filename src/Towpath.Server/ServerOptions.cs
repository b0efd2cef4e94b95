using Towpath.Core.Operators;
using Towpath.Engine.Work;

namespace Towpath.Server;

/// <summary>How one control plane runs: the operator's settings, resolved.</summary>
public sealed record ServerOptions
{
    /// <summary>Where it listens, such as <c>http://127.0.0.1:8470</c>; port 0 takes a free one.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>The absolute folder for keys; made where it is missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The absolute folder of organization.yaml and apps/.</summary>
    public required string ConfigurationFolder { get; init; }

    /// <summary>The repository that they come from instead of the folder; null for the folder.</summary>
    public ConfigurationRepository? ConfigurationRepository { get; init; }

    /// <summary>Repositories of applications that have a Deliverybot file instead of an app spec.</summary>
    public IReadOnlyList<DeliverybotRepository> Deliverybot { get; init; } = [];

    public OperatorLimits Limits { get; init; } = OperatorLimits.Nothing;

    /// <summary>The GitHub App of the operator's settings; null where they name none.</summary>
    public GitHubCredentials? GitHub { get; init; }

    /// <summary>Whether people may log in with GitHub, where the App has a client.</summary>
    public bool GitHubLogin { get; init; } = true;

    /// <summary>Who else vouches for people, with secrets resolved.</summary>
    public IReadOnlyList<OidcProvider> OidcProviders { get; init; } = [];

    /// <summary>How long deliveries that were handled are kept; what was not understood stays three times as long.</summary>
    public TimeSpan KeepDeliveries { get; init; } = GitHubSettings.KeptByDefault;

    public EngineOptions Engine { get; init; } = new();

    /// <summary>The address that people use, where it is another than the first of <see cref="Urls"/>.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>One JSON value for each event on stderr instead of one line of text.</summary>
    public bool JsonLogs { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Called once it listens.</summary>
    public Action<ServerStarted>? OnStarted { get; init; }
}

/// <param name="Urls">Where it listens, with real ports.</param>
/// <param name="LoginUrl">The administrator's one-time login URL; only at the first start, when nobody has a token. A secret: for people's eyes, never for a log.</param>
public sealed record ServerStarted(IReadOnlyList<string> Urls, string? LoginUrl);
