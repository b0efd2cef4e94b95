using System.Text.RegularExpressions;
using System.Xml.Linq;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Calling.Policies;
using Towpath.AwsEmulator.Iam;
using Towpath.AwsEmulator.Oidc;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.Sts;

/// <summary>Who calls, and sessions of roles. Source: AWS Security Token Service API Reference, version 2011-06-15.</summary>
internal sealed partial class StsService : QueryService
{
    private const int ChainedSeconds = 3600;

    private readonly EmulatorWorld _world;

    public StsService(EmulatorWorld world) : base("sts", "https://sts.amazonaws.com/doc/2011-06-15/")
    {
        _world = world;
        On("GetCallerIdentity", static (_, caller) =>
            Result(new XElement("Arn", caller.Arn), new XElement("UserId", caller.UserId), new XElement("Account", caller.Account)));
        On("AssumeRole", AssumeRole);
        On("AssumeRoleWithWebIdentity", (input, _) => AssumeRoleWithWebIdentity(input));
    }

    public override bool AllowsAnonymous(EmulatorCall call) => call.Operation == "AssumeRoleWithWebIdentity";

    public override IEnumerable<NeededPermission> NeedsOf(EmulatorCall call) => call.Operation switch
    {
        // AWS answers these to everybody who has credentials.
        "GetCallerIdentity" or "AssumeRoleWithWebIdentity" => [],
        _ => [new($"sts:{call.Operation}", InputOf(call).Get("RoleArn"))],
    };

    private XElement AssumeRole(QueryInput input, Caller caller)
    {
        var (arn, session) = Names(input);
        var denied = Wire.AccessDenied($"User: {caller.Arn} is not authorized to perform: sts:AssumeRole on resource: {arn}");
        var role = _world.State.Of<IamState>().FindRole(arn) ?? throw denied;
        if (!TrustDecision.Trusts(role, caller, session, input.Get("ExternalId"))) throw denied;
        if (input.Items("Tags").Count > 0 && !TrustDecision.Trusts(role, caller, session, input.Get("ExternalId"), "sts:TagSession"))
            throw Wire.AccessDenied($"User: {caller.Arn} is not authorized to perform: sts:TagSession on resource: {arn}");
        var duration = DurationOf(input, role, chained: caller.IsSession);
        var issued = Issue(role, session, duration, input);
        return Result(CredentialsElement(issued, duration), UserElement(issued));
    }

    private XElement AssumeRoleWithWebIdentity(QueryInput input)
    {
        var (arn, session) = Names(input);
        var token = input.Required("WebIdentityToken");
        var issuer = TokenCheck.IssuerOf(token);
        var iam = _world.State.Of<IamState>();
        var account = arn.Split(':') is { Length: > 5 } parts ? parts[4] : "";
        var provider = iam.Providers.Values.FirstOrDefault(p => p.Account == account && $"https://{p.Host}" == issuer)
            ?? throw new AwsFault("InvalidIdentityToken", $"No OpenIDConnect provider found in your account for {issuer}");
        var keys = _world.Issuers.KeysOf(issuer) ?? throw new AwsFault(
            "IDPCommunicationError", "An error occurred while communicating with the identity provider.");
        var identity = TokenCheck.Check(token, keys, _world.Now);
        string audience;
        lock (provider.ClientIds)
            audience = identity.Audiences.FirstOrDefault(provider.ClientIds.Contains) ?? throw new AwsFault("InvalidIdentityToken", "Incorrect token audience");
        var role = iam.FindRole(arn);
        if (role is null || !TrustDecision.Trusts(role, provider, identity, audience, session))
            throw Wire.AccessDenied("Not authorized to perform sts:AssumeRoleWithWebIdentity");
        var duration = DurationOf(input, role, chained: false);
        var issued = Issue(role, session, duration, input);
        return Result(
            new XElement("SubjectFromWebIdentityToken", identity.Subject), new XElement("Audience", audience), UserElement(issued),
            CredentialsElement(issued, duration), new XElement("Provider", provider.Arn));
    }

    private KnownCredentials Issue(EmulatedRole role, string session, TimeSpan duration, QueryInput input)
    {
        PolicyDocument? policy = null;
        try
        {
            if (input.Get("Policy") is { } text) policy = PolicyDocument.Parse(text);
        }
        catch (FormatException wrong)
        {
            throw new AwsFault("MalformedPolicyDocument", wrong.Message);
        }

        return _world.Credentials.Issue(role.Arn, session, role.Id, _world.Now + (_world.Script.SessionLifetime ?? duration), policy);
    }

    private static (string Arn, string Session) Names(QueryInput input)
    {
        var (arn, session) = (input.Required("RoleArn"), input.Required("RoleSessionName"));
        if (arn.Length < 20 || !arn.StartsWith("arn:", StringComparison.Ordinal)) throw new AwsFault("ValidationError", $"{arn} is invalid");
        if (!SessionName.IsMatch(session))
            throw Constraint(session, "roleSessionName", @"satisfy regular expression pattern: [\w+=,.@-]*");
        return session.Length switch
        {
            < 2 => throw Constraint(session, "roleSessionName", "have length greater than or equal to 2"),
            > 64 => throw Constraint(session, "roleSessionName", "have length less than or equal to 64"),
            _ => (arn, session),
        };
    }

    private static TimeSpan DurationOf(QueryInput input, EmulatedRole role, bool chained)
    {
        if (input.Get("DurationSeconds") is not { } text) return TimeSpan.FromSeconds(3600);
        if (!int.TryParse(text, out var seconds) || seconds < 900) throw Constraint(text, "durationSeconds", "have value greater than or equal to 900");
        if (seconds > 43200) throw Constraint(text, "durationSeconds", "have value less than or equal to 43200");
        if (chained && seconds > ChainedSeconds)
            throw new AwsFault("ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining");
        if (seconds > role.MaxSessionDuration)
            throw new AwsFault("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
        return TimeSpan.FromSeconds(seconds);
    }

    private static AwsFault Constraint(string value, string member, string constraint) => new(
        "ValidationError", $"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must {constraint}");

    private XElement CredentialsElement(KnownCredentials issued, TimeSpan duration) => new("Credentials",
        new XElement("AccessKeyId", issued.AccessKey), new XElement("SecretAccessKey", issued.Secret), new XElement("SessionToken", issued.SessionToken),
        new XElement("Expiration", (_world.Now + duration).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'")));

    private static XElement UserElement(KnownCredentials issued) => new("AssumedRoleUser",
        new XElement("Arn", issued.Caller.Arn), new XElement("AssumedRoleId", issued.Caller.UserId));

    [GeneratedRegex(@"^[\w+=,.@-]*$", RegexOptions.NonBacktracking)]
    private static partial Regex SessionName { get; }
}
