using System.Text.RegularExpressions;
using Towpath.Server.Dashboard.Shell;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Logins;

/// <summary>Sends people to a provider to log in, and lets them in when they come back.</summary>
public sealed partial class LogInElsewhere(
    IEnumerable<ILoginProvider> providers, LoginAttempts attempts, AdmitPerson admit, PublicAddress address, LoginThrottle throttle, LogInRecords records)
{
    private readonly IReadOnlyList<ILoginProvider> _providers = [.. providers];

    /// <summary>What the login page offers.</summary>
    public IEnumerable<ILoginProvider> Offered => _providers.Where(p => p.IsOffered);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/login/{provider}", (string provider, string? to, HttpContext http, LogInElsewhere use, CancellationToken cancellationToken) =>
                use.BeginAsync(http, provider, to, cancellationToken))
            .WithName("loginElsewhere").ExcludeFromDescription().AllowAnonymous();
        routes.MapGet("/login/{provider}/callback", (string provider, HttpContext http, LogInElsewhere use, CancellationToken cancellationToken) =>
                use.EndAsync(http, provider, cancellationToken))
            .WithName("loggedInElsewhere").ExcludeFromDescription().AllowAnonymous();
    }

    public static string PathOf(string provider, string to) => $"/login/{provider}?to={Uri.EscapeDataString(to)}";

    private async Task<IResult> BeginAsync(HttpContext http, string name, string? to, CancellationToken cancellationToken)
    {
        if (Find(name) is not { } provider) return LoginPage.Show(http, NotOffered(name), to);
        // Only our own page begins a login: nobody is logged in by a link of somebody else's.
        if (CrossSite.IsForeign(http.Request)) return new SeeOther("/login?to=" + Uri.EscapeDataString(LoginPage.Local(to)));
        if (Wait(http) is { } wait) return LoginPage.Show(http, wait, to);
        var attempt = attempts.Begin(http, provider.Name, $"{address.Of(http)}/login/{provider.Name}/callback", to);
        var begun = await provider.BeginAsync(attempt, cancellationToken);
        return begun.Value is { } there ? new SeeOther(there.AbsoluteUri) : LoginPage.Show(http, begun.Refusal, to);
    }

    private async Task<IResult> EndAsync(HttpContext http, string name, CancellationToken cancellationToken)
    {
        if (Find(name) is not { } provider) return LoginPage.Show(http, NotOffered(name), null);
        if (Wait(http) is { } wait) return LoginPage.Show(http, wait, null);
        var attempt = attempts.End(http, provider.Name, One(http.Request, "state"));
        if (attempt.Value is not { } begun) return LoginPage.Show(http, attempt.Refusal, null);
        var refusal = await AdmitAsync(http, provider, begun, cancellationToken);
        // Only what cost somebody something is counted: who sends nonsense here keeps nobody else out.
        if (refusal is { Kind: not RefusalKind.ThirdParty }) Failed(http);
        return LoginPage.Answer(http, refusal, begun.To);
    }

    private async Task<Refusal?> AdmitAsync(HttpContext http, ILoginProvider provider, LoginAttempt attempt, CancellationToken cancellationToken)
    {
        if (One(http.Request, "error") is { } error) return Declined(provider, error);
        if (One(http.Request, "code") is not { Length: <= 2000 } code) return Declined(provider, "no code");
        var person = await provider.EndAsync(attempt, code, http.Request.Query, cancellationToken);
        return person.Value is { } known ? await admit.HandleAsync(http, known, attempt, cancellationToken) : person.Refusal;
    }

    private ILoginProvider? Find(string name) => Offered.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.Ordinal));

    /// <summary>Given twice, nobody knows which is meant.</summary>
    private static string? One(HttpRequest request, string name) => request.Query[name] is [{ Length: > 0 } one] ? one : null;

    private Refusal? Wait(HttpContext http) => throttle.Refuse(http.Connection.RemoteIpAddress);

    private void Failed(HttpContext http)
    {
        throttle.Failed(http.Connection.RemoteIpAddress);
        records.Failed(http.Connection.RemoteIpAddress?.ToString() ?? "unknown");
    }

    private static Refusal NotOffered(string name) => Refusal.NotFound("no_such_login", $"Nobody logs in with '{PlainLines.Of(name)}' here.");

    /// <summary>The code of the error only: its description is whatever the address says.</summary>
    private static Refusal Declined(ILoginProvider provider, string error) => new(
        RefusalKind.Unauthenticated, "login_declined", $"{provider.Title} did not log you in{(Word().IsMatch(error) ? $" ({error.Replace('_', ' ')})" : "")}. Log in again.");

    [GeneratedRegex("^[a-z_ ]{1,40}\\z", RegexOptions.None, 1000)]
    private static partial Regex Word();
}
