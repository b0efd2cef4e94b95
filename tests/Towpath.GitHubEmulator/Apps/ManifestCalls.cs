using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Apps;

/// <summary>
/// Registering an app from a manifest: the browser posts it, somebody agrees, a code comes back, and gives the secrets once.
/// Source: GitHub, "Registering a GitHub App from a manifest".
/// </summary>
internal static class ManifestCalls
{
    public static void Add(Router routes)
    {
        routes.On("POST /settings/apps/new", Need.Nothing, call => Register(call, LoggedIn(call)));
        routes.On("POST /organizations/{org}/settings/apps/new", Need.Nothing, call => Register(call, call.World.Accounts.FindOrganization(call["org"])));
        routes.On("POST /app-manifests/{code}/conversions", Need.Nothing, Convert);
        routes.On("GET /apps/{slug}/installations/new", Need.Nothing, Install);
    }

    private static User LoggedIn(Call call) =>
        call.World.Script.Login is { } login ? call.World.Accounts.User(login) : throw new GitHubFault(401, "Nobody is logged in: script {\"login\":\"NAME\"}.");

    private static Answer Register(Call call, Account owner)
    {
        var form = QueryHelpers.ParseQuery(System.Text.Encoding.UTF8.GetString(call.Body.Span));
        var app = FromManifest(call.World, owner, ManifestOf(form["manifest"].ToString()), out var redirect);
        var parameters = new Dictionary<string, string?> { ["code"] = call.World.Apps.IssueManifestCode(app) };
        if (call.Query("state") is { } state) parameters["state"] = state;
        return Answer.Redirect(QueryHelpers.AddQueryString(redirect, parameters));
    }

    private static JsonObject ManifestOf(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw GitHubFault.Refused("The manifest is not a JSON object.");
        }
        catch (JsonException)
        {
            throw GitHubFault.Refused("The manifest is not JSON.");
        }
    }

    private static App FromManifest(EmulatorWorld world, Account owner, JsonObject manifest, out string redirect)
    {
        redirect = manifest.Text("redirect_url") ?? throw GitHubFault.Refused("The manifest has no redirect_url.");
        var name = manifest.Text("name") ?? $"app-{Secrets.Hex(6)}";
        var slug = string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        if (world.Apps.BySlug(slug) is not null) throw GitHubFault.Refused("Name is already in use");
        using var key = RSA.Create(2048);
        var app = new App(world, world.NextId(), slug, owner)
        {
            Name = name, Key = key.ExportRSAPrivateKeyPem(), WebhookUrl = manifest.Member("hook_attributes")?.Text("url"),
            ExternalUrl = manifest.Text("url") ?? throw GitHubFault.Refused("The manifest has no url."), SetupUrl = manifest.Text("setup_url"),
        };
        if (manifest.Member("hook_attributes")?.Flag("active") == false) app.WebhookUrl = null;
        app.CallbackUrls.AddRange(manifest.Texts("callback_urls") ?? []);
        app.Events.AddRange(manifest.Texts("default_events") ?? []);
        foreach (var (permission, level) in manifest.Member("default_permissions") ?? []) app.Permissions[permission] = (string)level!;
        return world.Apps.Add(app);
    }

    private static Answer Convert(Call call)
    {
        var app = call.World.Apps.TakeManifestCode(call["code"]) ?? throw GitHubFault.NotFound();
        return Answer.Created(app.View().With(
            ("client_id", app.ClientId), ("client_secret", app.ClientSecret), ("webhook_secret", app.WebhookSecret), ("pem", app.Key)));
    }

    /// <summary>The page on which somebody installs the app: everybody agrees. <c>account</c> says where; otherwise at its owner's.</summary>
    private static Answer Install(Call call)
    {
        var app = call.World.Apps.BySlug(call["slug"]) ?? throw GitHubFault.NotFound();
        var installation = app.Install(call.Query("account") ?? app.Owner.Login);
        if (app.SetupUrl is null) return new Answer(200) { Text = $"<!DOCTYPE html><p>{WebUtility.HtmlEncode(app.Name)} is installed.</p>", ContentType = "text/html" };
        var parameters = new Dictionary<string, string?> { ["installation_id"] = installation.Id.ToString(), ["setup_action"] = "install" };
        if (call.Query("state") is { } state) parameters["state"] = state;
        return Answer.Redirect(QueryHelpers.AddQueryString(app.SetupUrl, parameters));
    }
}
