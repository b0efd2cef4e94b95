namespace Towpath.Aws.Calling;

/// <summary>Where services are: the SDK's own variables over AWS's addresses.</summary>
/// <param name="variable">Reads an environment variable.</param>
public sealed class AwsEndpoints(Func<string, string?> variable)
{
    /// <summary>One region for global services and their signatures.</summary>
    private const string GlobalRegion = "us-east-1";

    public static AwsEndpoints OfProcess { get; } = new(Environment.GetEnvironmentVariable);

    /// <exception cref="AwsConfigurationException">A variable holds no http or https URL.</exception>
    public Uri Of(AwsService service, string region) => OverrideOf(service) ?? Public(service, region);

    /// <summary>The address that the environment gives in place of AWS's own; null where it gives none.</summary>
    /// <exception cref="AwsConfigurationException">The variable holds no http or https URL.</exception>
    public Uri? OverrideOf(AwsService service)
    {
        if (string.Equals(variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), "true", StringComparison.OrdinalIgnoreCase)) return null;
        var specific = "AWS_ENDPOINT_URL_" + service.Variable;
        return Read(specific) ?? Read("AWS_ENDPOINT_URL");
    }

    /// <summary>The region that a signature for this service names.</summary>
    public static string SigningRegion(AwsService service, string region) => service.IsGlobal ? GlobalRegion : region;

    /// <summary>The region where the environment names one.</summary>
    public string? DefaultRegion => NotEmpty(variable("AWS_REGION")) ?? NotEmpty(variable("AWS_DEFAULT_REGION"));

    private Uri? Read(string name)
    {
        if (NotEmpty(variable(name)) is not { } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new AwsConfigurationException($"{name} is '{text}', which is no http or https URL; mend or unset it");
    }

    private static Uri Public(AwsService service, string region) => service.IsGlobal
        ? new Uri($"https://{service.EndpointPrefix}.amazonaws.com")
        : new Uri($"https://{service.EndpointPrefix}.{region}.{SuffixOf(region)}");

    private static string SuffixOf(string region) => region.StartsWith("cn-", StringComparison.Ordinal) ? "amazonaws.com.cn" : "amazonaws.com";

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
