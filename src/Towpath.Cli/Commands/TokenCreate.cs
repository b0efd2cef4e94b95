using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Server.Api;
using Towpath.Server.Security;

namespace Towpath.Cli.Commands;

/// <summary>Makes an API token; its secret is shown this once.</summary>
internal sealed class TokenCreate : ServerVerb
{
    private readonly Option<string> _user = Parameters.Text("--user", "USER", "who acts with it", required: true);
    private readonly Option<string> _name = Parameters.Text("--name", "TEXT", "what it is for", required: true);
    private readonly Option<string[]> _scopes = new("--scope") { Description = "read, builds, deploy, approve or admin; once for each (default: all that the user's roles allow)", HelpName = "SCOPE" };
    private readonly Option<string[]> _applications = new("--app") { Description = "only this application; once for each (default: all)", HelpName = "APPLICATION" };
    private readonly Option<string> _expires = Durations.Option("--expires", "when it ends by itself (default: never)");

    public TokenCreate()
        : base("create", "make an API token; its secret is printed once")
    {
        _scopes.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(t => !PermissionWords.AllScopes.Contains(t.Value, StringComparer.Ordinal)) is { } unknown)
                result.AddError($"'{unknown.Value}' is no scope; there are {string.Join(", ", PermissionWords.AllScopes)}");
        });
        Option[] options = [_user, _name, _scopes, _applications, _expires];
        for (var i = 0; i < options.Length; i++) Options.Insert(i, options[i]);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "towpath token create --user ci --name 'web builds' --scope builds --app web",
        "export TOWPATH_TOKEN=$(towpath token create --user kim --name laptop --expires 30d)",
    ];

    public override string JsonValue => "the token: id, user, name, scopes, applications, created_at, expires_at and, this once, token";

    protected override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var body = new CreateToken(
            call.Get(_user)!, call.Get(_name)!, call.Get(_scopes) is { Length: > 0 } scopes ? scopes : null,
            call.Get(_applications) is { Length: > 0 } applications ? applications : null, (long?)call.GetDuration(_expires)?.TotalSeconds);
        var answer = await api.PostAsync("tokens", body, ApiJson.Default.CreateToken, ApiJson.Default.NewToken, cancellationToken);
        if (!answer.Is(out var token, out var failure)) return call.Fail(failure);
        call.Terminal.Hint($"token {token.Id} of {token.User}; it is not shown again");
        return call.Done(token, ApiJson.Default.NewToken, output => output.WriteLine(token.Token));
    }
}
