using System.Net;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Local.Verifications.Http;

/// <summary>Proves a deployment by asking a URL.</summary>
internal sealed class HttpVerification : IVerification
{
    public static readonly TimeSpan MaximumWithin = TimeSpan.FromHours(6);

    public string Kind => "http";

    public Rule.Mapping Grammar { get; } = new(
        new Key("url", new Rule.Text { Placeholders = Placeholders.Known }, "What to ask.", Required: true),
        new Key("status", new Rule.Number(100, 599), "The status that must come back; 200 where absent."),
        new Key("body", new Rule.Text(), "Text that the body must contain."),
        new Key("headers", new Rule.MapOf(new Rule.Text(), "^[A-Za-z0-9-]+$", "a header's name"), "Sent along; secrets only as env:NAME."),
        new Key("within", new Rule.Duration(), "How long it may take until the answer is right; 60s where absent."));

    public IReadOnlyList<string> Check(EnvironmentKey key, VerificationSpec verification, OperatorLimits limits)
    {
        var expectation = HttpExpectation.Read(verification.Settings);
        return
        [
            .. UrlProblems(expectation.Url, limits),
            .. expectation.Headers.SelectMany(header => HeaderRules.Problems(header.Key, header.Value, limits)),
            .. expectation.Within > MaximumWithin ? [$"`within` is longer than {MaximumWithin.TotalHours:0} hours"] : Array.Empty<string>(),
        ];
    }

    public PlanStep Plan(VerificationSpec verification, PlanRequest request, int ordinal) => new(
        $"{Kind}-{ordinal + 1}", HttpStep.Name, Stage.Verify, Switches: false, HttpExpectation.Read(verification, request).ToJson());

    private static IEnumerable<string> UrlProblems(string url, OperatorLimits limits)
    {
        if (!Uri.TryCreate(url.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            yield return $"`url` is not an http or https URL: '{PlainText.Of(url, 200)}'";
            yield break;
        }

        if (uri.UserInfo.Length > 0) yield return "`url` holds a user or password; send them in a header from `env:NAME` instead";
        if (AddressOf(uri) is { } address && !new AddressRules(limits.PrivateAddresses).Allows(address))
            yield return new AddressRefusedException(uri.Host, [address]).Message;
    }

    // Names are checked when they are resolved; `localhost` needs no look-up.
    private static IPAddress? AddressOf(Uri uri) =>
        IPAddress.TryParse(uri.IdnHost, out var address) ? address : uri.IdnHost == "localhost" ? IPAddress.Loopback : null;
}
