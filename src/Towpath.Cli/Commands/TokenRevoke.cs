using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>Ends a token, and the sessions that were opened with it.</summary>
internal sealed class TokenRevoke : ServerVerb
{
    private readonly Argument<string> _id = new("ID") { Description = "the token's id, as `towpath token list` shows it" };

    public TokenRevoke()
        : base("revoke", "end an API token, and the sessions opened with it") => Arguments.Add(_id);

    public override IReadOnlyList<string> Examples => ["towpath token revoke 0198c2f6a1b77c6e8d2f3a4b5c6d7e8f"];

    public override string JsonValue => "the token without its secret: id, user, name, revoked_at";

    protected override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var answer = await api.DeleteAsync($"tokens/{Escape(call.Get(_id))}", ApiJson.Default.TokenView, cancellationToken);
        return answer.Is(out var token, out var failure)
            ? call.Done(token, ApiJson.Default.TokenView, output => output.WriteLine($"token {token.Id} of {Terminal.Clean(token.User)} ({Terminal.Clean(token.Name)}) is revoked"))
            : call.Fail(failure);
    }
}
