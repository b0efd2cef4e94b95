namespace Towpath.Oci;

/// <summary>How registries are called.</summary>
public sealed record OciOptions
{
    /// <summary>Registries besides those on this machine that are called without TLS, such as <c>registry:5000</c>.</summary>
    public IReadOnlyList<string> PlainHttpHosts { get; init; } = [];

    /// <summary>How many requests run at once against one host, whoever asks.</summary>
    public int RequestsPerHost { get; init; } = 8;

    /// <summary>How long one request may take.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest <c>Retry-After</c> that is waited for; a registry that asks for more is given up on.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>From 0 to 1: spreads the tries of many.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;

    /// <summary>Reads an environment variable; null where it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;
}
