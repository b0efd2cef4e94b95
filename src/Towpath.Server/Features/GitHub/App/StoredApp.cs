using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Rest;

namespace Towpath.Server.Features.GitHub.App;

/// <summary>The App that the dashboard created, with what GitHub told of it once.</summary>
public sealed record StoredApp
{
    public required long AppId { get; init; }
    public required string PrivateKey { get; init; }

    /// <summary>Empty where the App has no webhook.</summary>
    public required string WebhookSecret { get; init; }
    public required string ClientId { get; init; }
    public required string ClientSecret { get; init; }
    public string? Slug { get; init; }
    public string? Name { get; init; }

    /// <summary>The account that it belongs to.</summary>
    public string? Owner { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    public static StoredApp Of(CreatedApp app, string by, DateTimeOffset at) => new()
    {
        AppId = app.Id, PrivateKey = app.Pem, WebhookSecret = app.WebhookSecret ?? "", ClientId = app.ClientId, ClientSecret = app.ClientSecret,
        Slug = app.Slug, Name = app.Name, Owner = app.Owner?.Login, CreatedBy = by, CreatedAt = at,
    };

    public GitHubAppSettings ToSettings() => new()
    {
        AppId = AppId, PrivateKey = PrivateKey, WebhookSecret = WebhookSecret, ClientId = ClientId, ClientSecret = ClientSecret, Slug = Slug,
    };

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, StoredAppJson.Default.StoredApp);

    /// <exception cref="JsonException">It is not one.</exception>
    public static StoredApp Read(byte[] utf8) => JsonSerializer.Deserialize(utf8, StoredAppJson.Default.StoredApp) ?? throw new JsonException("null");

    private bool PrintMembers(StringBuilder text)
    {
        text.Append("AppId = ").Append(AppId);
        return true;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredApp))]
internal sealed partial class StoredAppJson : JsonSerializerContext;
