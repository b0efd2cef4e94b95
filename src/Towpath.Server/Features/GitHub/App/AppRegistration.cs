using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Towpath.GitHub.Calling;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Features.Logins;
using Towpath.Server.Web;

namespace Towpath.Server.Features.GitHub.App;

/// <summary>What an administrator wants of the App that is to be created.</summary>
/// <param name="Organization">Whose it is to be; null for the administrator's own account.</param>
/// <param name="PublicUrl">Where GitHub reaches this server; null where it does not.</param>
/// <param name="Environments">Whether it may change GitHub's environments.</param>
public sealed partial record AppWish(string? Organization, string? PublicUrl, bool Environments)
{
    public Refusal? Refuse()
    {
        if (Organization is not null && !Account().IsMatch(Organization))
            return Refusal.Unprocessable("bad_organization", $"'{PlainLines.Of(Organization)}' is no organization's name on GitHub: letters, digits and dashes, as in its address github.com/NAME.");
        return PublicUrl is null || IsReachable(PublicUrl)
            ? null
            : Refusal.Unprocessable("bad_public_url", $"'{PlainLines.Of(PublicUrl)}' is no address that GitHub could send to. Write it like https://towpath.example.com, or leave it blank.");
    }

    private static bool IsReachable(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]{0,38}\\z", RegexOptions.None, 1000)]
    private static partial Regex Account();
}

/// <summary>What the browser posts to GitHub (GitHub documentation, "Registering a GitHub App from a manifest").</summary>
/// <param name="Action">Where to.</param>
/// <param name="Manifest">The field <c>manifest</c>, JSON.</param>
/// <param name="Wish">What it was made from.</param>
public sealed record AppRegistration(Uri Action, string Manifest, AppWish Wish)
{
    /// <summary>Where GitHub sends the browser with the code.</summary>
    public const string CreatedPath = "/github/app/created";

    private const int LongestName = 34;

    /// <param name="host">The GitHub.</param>
    /// <param name="wish">Checked.</param>
    /// <param name="address">Where this browser reaches us.</param>
    /// <param name="state">Comes back with the code.</param>
    public static AppRegistration Of(GitHubHost host, AppWish wish, string address, string state)
    {
        var own = wish.PublicUrl?.TrimEnd('/');
        var manifest = new JsonObject
        {
            ["name"] = NameOf(wish, own ?? address), ["url"] = own ?? address, ["description"] = "Carries one build through the environments: gates, approvals, deployments, rollbacks.",
            ["redirect_url"] = address + CreatedPath,
            ["callback_urls"] = new JsonArray([.. new[] { address, own }.OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Select(a => (JsonNode)(a + GitHubLogin.CallbackPath))]),
            ["public"] = false, ["request_oauth_on_install"] = false, ["default_permissions"] = AppNeeds.PermissionsToAsk(wish.Environments),
        };
        if (own is not null)
        {
            manifest["hook_attributes"] = new JsonObject { ["url"] = own + ReceiveDeliveries.Path, ["active"] = true };
            manifest["default_events"] = new JsonArray([.. AppNeeds.Events.Select(e => (JsonNode)e)]);
        }

        var path = wish.Organization is { } organization ? $"organizations/{Uri.EscapeDataString(organization)}/settings/apps/new" : "settings/apps/new";
        return new AppRegistration(new Uri(host.Web, $"{path}?state={Uri.EscapeDataString(state)}"), manifest.ToJsonString(), wish);
    }

    /// <summary>Names of Apps are unique on all of GitHub; the page there lets one change it.</summary>
    private static string NameOf(AppWish wish, string address)
    {
        var name = $"towpath-{wish.Organization ?? new Uri(address).Host.Replace('.', '-').Replace(':', '-').Trim('[', ']')}";
        return name.Length > LongestName ? name[..LongestName].TrimEnd('-') : name;
    }
}
