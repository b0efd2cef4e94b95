using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Towpath.Core;
using Towpath.Oci.References;

namespace Towpath.Oci.Authentication;

/// <summary>
/// Logins that <c>docker login</c>, <c>podman login</c> or <c>skopeo login</c> wrote: <c>REGISTRY_AUTH_FILE</c>, else
/// <c>DOCKER_CONFIG/config.json</c>, else <c>~/.docker/config.json</c>. Programs that keep logins elsewhere are not run.
/// </summary>
internal sealed class DockerConfigCredentials(OciOptions options) : IRegistryCredentials
{
    public ValueTask<RegistryLogin?> FindAsync(string registry, RegistryLogin? refused, CancellationToken cancellationToken)
    {
        var (config, _) = Read();
        return ValueTask.FromResult(ValueFor(config?.Auths, registry) is { } entry ? LoginOf(entry) : null);
    }

    public string? Hint(string registry)
    {
        var (config, problem) = Read();
        if (problem is not null) return problem;
        if (config is null) return $"there is no {FilePath}; log in with `skopeo login {registry}`, or set REGISTRY_AUTH_FILE";
        var program = ValueFor(config.CredHelpers, registry) ?? config.CredsStore;
        return program is null
            ? $"{FilePath} has no login for {registry}; log in with `skopeo login {registry}`"
            : $"the login for {registry} is kept by the program docker-credential-{PlainText.Of(program, 60)}, which Towpath does not run; "
                + $"write one to a file with `skopeo login --authfile FILE {registry}` and set REGISTRY_AUTH_FILE=FILE";
    }

    private string FilePath => Set("REGISTRY_AUTH_FILE")
        ?? Path.Combine(Set("DOCKER_CONFIG") ?? Path.Combine(Set("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker"), "config.json");

    private static T? ValueFor<T>(Dictionary<string, T>? entries, string registry)
        where T : class => entries?.FirstOrDefault(entry => string.Equals(HostOf(entry.Key), registry, StringComparison.OrdinalIgnoreCase)).Value;

    private string? Set(string variable) => options.Variable(variable) is { Length: > 0 } value ? value : null;

    private (DockerConfig? Config, string? Problem) Read()
    {
        var path = FilePath;
        try
        {
            using var stream = File.OpenRead(path);
            return (JsonSerializer.Deserialize(stream, AuthenticationJson.Default.DockerConfig), null);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, null);
        }
        catch (JsonException)
        {
            // The parser's message may repeat what stands in the file.
            return (null, $"{path} is not a docker configuration in JSON");
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            return (null, $"{path} cannot be read");
        }
    }

    /// <summary>Keys are hosts, or addresses as old versions of docker wrote them; <c>https://index.docker.io/v1/</c> is Docker Hub.</summary>
    private static string HostOf(string key)
    {
        var host = key.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? key[(scheme + 3)..] : key;
        if (host.EndsWith("/v1/", StringComparison.Ordinal) || host.EndsWith("/v2/", StringComparison.Ordinal)) host = host[..^4];
        host = host.TrimEnd('/');
        return host is "index.docker.io" or "registry-1.docker.io" ? ImageReference.DockerHub : host;
    }

    private static RegistryLogin? LoginOf(DockerLogin entry)
    {
        if (entry is { Username: { Length: > 0 } user, Password: { } password }) return new RegistryLogin(user, password);
        var bytes = new byte[(entry.Auth?.Length ?? 0) + 3];
        if (entry.Auth is not { Length: > 0 } auth || !Convert.TryFromBase64String(auth, bytes, out var length)) return null;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        return text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? new RegistryLogin(text[..colon], text[(colon + 1)..].TrimEnd('\0')) : null;
    }
}

internal sealed record DockerConfig(Dictionary<string, DockerLogin>? Auths = null, string? CredsStore = null, Dictionary<string, string>? CredHelpers = null);

internal sealed record DockerLogin(string? Auth = null, string? Username = null, string? Password = null)
{
    public override string ToString() => nameof(DockerLogin);
}

/// <summary>What a token service answers.</summary>
internal sealed record TokenAnswer(
    string? Token = null, [property: JsonPropertyName("access_token")] string? AccessToken = null,
    [property: JsonPropertyName("expires_in")] double? ExpiresIn = null)
{
    public override string ToString() => nameof(TokenAnswer);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DockerConfig))]
[JsonSerializable(typeof(TokenAnswer))]
internal sealed partial class AuthenticationJson : JsonSerializerContext;
