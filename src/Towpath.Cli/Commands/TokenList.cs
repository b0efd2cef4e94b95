using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>The API tokens, without their secrets.</summary>
internal sealed class TokenList() : ServerVerb("list", "the API tokens, without their secrets")
{
    public override IReadOnlyList<string> Examples => ["towpath token list"];

    public override string JsonValue => "tokens: id, user, name, scopes, applications, created_at, expires_at, revoked_at, administrator";

    protected override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var answer = await api.GetAsync("tokens", ApiJson.Default.TokenList, cancellationToken);
        return answer.Is(out var list, out var failure)
            ? call.Done(list, ApiJson.Default.TokenList, output => Write(call, output, list))
            : call.Fail(failure);
    }

    private static void Write(Call call, TextWriter output, Server.Api.TokenList list)
    {
        var table = new Table("ID", "USER", "NAME", "SCOPES", "APPLICATIONS", "MADE", "STATE");
        foreach (var token in list.Tokens)
            table.Add(
                token.Id, token.User, token.Name, token.Scopes.Count == 0 ? "all" : string.Join(' ', token.Scopes),
                token.Applications.Count == 0 ? "all" : string.Join(' ', token.Applications), Ages.Of(token.CreatedAt, call.Time.GetUtcNow()), State(token, call.Time.GetUtcNow()));
        table.Write(output, call.Terminal.Paint);
    }

    private static string State(TokenView token, DateTimeOffset now) =>
        token.RevokedAt is not null ? "revoked" : token.ExpiresAt is { } at && at <= now ? "expired" : token.ExpiresAt is { } until ? $"until {until:u}" : "valid";
}
