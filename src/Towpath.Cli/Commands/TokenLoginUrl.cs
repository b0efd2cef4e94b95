using Towpath.Cli.CommandLine;
using Towpath.Cli.Hosting;
using Towpath.Cli.Output;
using Towpath.Engine.Storage;
using Towpath.Server.Security;

namespace Towpath.Cli.Commands;

/// <summary>Makes another one-time login URL, for whoever has the host but no token.</summary>
internal sealed class TokenLoginUrl : Verb
{
    private readonly UpOptions _options = new();

    public TokenLoginUrl()
        : base("login-url", "make a one-time login URL for the administrator, on the control plane's own host") => _options.AddTo(this);

    public override IReadOnlyList<string> Examples => ["towpath token login-url", "towpath token login-url --config /etc/towpath/towpath.yaml --data /var/lib/towpath"];

    public override string JsonValue => "url: counts once, within an hour";

    protected override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        if (!UpSettings.Of(call, _options).Is(out var settings, out var failure)) return call.Fail(failure);
        try
        {
            await using var store = StoreFactory.Open(settings.Database, call.Time);
            await store.MigrateAsync(cancellationToken);
            var code = await new LoginCodes(store, call.Time).CreateAsync(cancellationToken);
            var url = $"{settings.Operator.Urls[0].TrimEnd('/')}/login?code={code}";
            return call.Done(new LoginUrlView(url), CliJson.Default.LoginUrlView, output => output.WriteLine(url));
        }
        catch (StoreRefusedException exception)
        {
            return call.Fail(new Failure(
                ExitCodes.Technical, "database_refused", exception.Message,
                $"while the control plane runs on SQLite, log in at {settings.Operator.Urls[0].TrimEnd('/')}/login with the token in {settings.TokenFile}, or stop it first"));
        }
        catch (StoreUnavailableException exception)
        {
            return call.Fail(new Failure(ExitCodes.Technical, "database_unavailable", exception.Message, "start the database, or name another with --database"));
        }
    }
}
