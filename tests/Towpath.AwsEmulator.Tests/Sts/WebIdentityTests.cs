using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Iam;
using Towpath.AwsEmulator.Oidc;
using Towpath.Testing;

namespace Towpath.AwsEmulator.Tests.Sts;

/// <summary>STS lets in only tokens that are what they say.</summary>
public sealed class WebIdentityTests : IAsyncLifetime
{
    private const string Audience = "sts.amazonaws.com";
    private const string RoleArn = "arn:aws:iam::111111111111:role/towpath-management";
    private readonly VirtualTime _time = new();
    private Emulator _emulator = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await Emulator.StartAsync(new EmulatorOptions { Time = _time }, TestContext.Current.CancellationToken);
        var iam = _emulator.State.Of<IamState>();
        iam.AddProvider("111111111111", TestIssuer.GitHub, Audience);
        iam.AddRole(RoleArn, Trust("""
            {"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com","token.actions.githubusercontent.com:repository_id":"1001"},
             "StringLike":{"token.actions.githubusercontent.com:sub":"repo:acme/web-app:*"}}
            """));
    }

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task A_token_of_the_right_repository_gets_a_session_that_works()
    {
        var (status, body) = await AssumeAsync(_emulator.GitHub.Mint(Audience));

        Assert.Equal(200, status);
        var answer = System.Xml.Linq.XElement.Parse(body);
        string Text(string name) => answer.Descendants().First(e => e.Name.LocalName == name).Value;
        Assert.Equal("repo:acme/web-app:ref:refs/heads/main", Text("SubjectFromWebIdentityToken"));
        Assert.Equal("arn:aws:sts::111111111111:assumed-role/towpath-management/web-app-dev-7", Text("Arn"));
        Assert.Equal("2026-03-02T10:00:00Z", Text("Expiration"));
        var session = new Calling.SignedRequest(_emulator)
        {
            AccessKey = Text("AccessKeyId"), Secret = Text("SecretAccessKey"), SessionToken = Text("SessionToken"),
        };
        Assert.Contains(
            "<Arn>arn:aws:sts::111111111111:assumed-role/towpath-management/web-app-dev-7</Arn>",
            (await session.QueryAsync("sts", "Action=GetCallerIdentity")).Body, StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromHours(1));
        var (expired, xml) = await session.QueryAsync("sts", "Action=GetCallerIdentity");
        Assert.Equal(403, expired);
        Assert.Contains("<Code>ExpiredToken</Code>", xml, StringComparison.Ordinal);
        var (jsonExpired, json) = await session.JsonAsync("ssm", "AmazonSSM.DescribeParameters", []);
        Assert.Equal((400, "ExpiredTokenException"), (jsonExpired, (string?)json["__type"]));
    }

    [Theory]
    [InlineData("aud", "\"somebody-else\"", "InvalidIdentityToken", "Incorrect token audience")]
    [InlineData("iss", "\"https://issuer.example\"", "InvalidIdentityToken", "No OpenIDConnect provider found in your account for https://issuer.example")]
    [InlineData("exp", "1000", "ExpiredTokenException", "Token expired")]
    [InlineData("exp", "null", "InvalidIdentityToken", "exp")]
    [InlineData("exp", "\"9999999999\"", "InvalidIdentityToken", "exp")]
    [InlineData("nbf", "4102444800", "InvalidIdentityToken", "not valid yet")]
    [InlineData("sub", "\"repo:mallory/web-app:ref:refs/heads/main\"", "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")]
    [InlineData("repository_id", "\"9999\"", "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")]
    [InlineData("repository_id", "null", "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")]
    public async Task A_token_with_a_wrong_claim_is_refused(string claim, string value, string code, string words) =>
        await RefusedAsync(_emulator.GitHub.Mint(Audience, new JsonObject { [claim] = JsonNode.Parse(value) }), code, words);

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS256")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    public async Task An_algorithm_other_than_RS256_is_refused_even_when_signed_right(string algorithm) => await RefusedAsync(
        _emulator.GitHub.Sign(new JsonObject { ["alg"] = algorithm, ["kid"] = _emulator.GitHub.KeyId }, Payload()), "InvalidIdentityToken", "algorithm");

    [Fact]
    public async Task An_unsigned_token_is_refused() => await RefusedAsync(
        Unsigned(new JsonObject { ["alg"] = "none", ["kid"] = _emulator.GitHub.KeyId }) + ".", "InvalidIdentityToken", "algorithm");

    [Fact]
    public async Task A_token_signed_HS256_with_the_public_key_is_refused()
    {
        var text = Unsigned(new JsonObject { ["alg"] = "HS256", ["kid"] = _emulator.GitHub.KeyId });
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(_emulator.GitHub.Key.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(text));

        await RefusedAsync($"{text}.{Base64Url.EncodeToString(mac)}", "InvalidIdentityToken", "algorithm");
    }

    [Fact]
    public async Task A_token_of_another_key_is_refused_with_and_without_our_key_id()
    {
        using var other = new TestIssuer(_time);

        await RefusedAsync(other.Mint(Audience), "InvalidIdentityToken", "verification key");
        await RefusedAsync(
            other.Sign(new JsonObject { ["alg"] = "RS256", ["kid"] = _emulator.GitHub.KeyId }, Payload()), "InvalidIdentityToken", "signature");
        await RefusedAsync(_emulator.GitHub.Sign(new JsonObject { ["alg"] = "RS256" }, Payload()), "InvalidIdentityToken", "verification key");
    }

    [Fact]
    public async Task A_tampered_token_is_refused()
    {
        var parts = _emulator.GitHub.Mint(Audience, new JsonObject { ["repository_id"] = "9999" }).Split('.');
        var payload = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        payload["repository_id"] = "1001";

        await RefusedAsync($"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload.ToJsonString()))}.{parts[2]}", "InvalidIdentityToken", "signature");
        await RefusedAsync($"{parts[0]}.{parts[1]}.{parts[2]}==", "InvalidIdentityToken", "not a valid JWT");
        await RefusedAsync($"{parts[0]}.{parts[1]}.", "InvalidIdentityToken", "signature");
        await RefusedAsync($"{parts[0]}.{parts[1]}", "InvalidIdentityToken", "not a valid JWT");
        await RefusedAsync("garbage", "InvalidIdentityToken", "not a valid JWT");
    }

    [Fact]
    public async Task A_role_that_does_not_trust_the_provider_lets_nobody_in()
    {
        _emulator.State.Of<IamState>().AddRole("arn:aws:iam::111111111111:role/other");

        await RefusedAsync(_emulator.GitHub.Mint(Audience), "AccessDenied", "Not authorized", "arn:aws:iam::111111111111:role/other");
        await RefusedAsync(_emulator.GitHub.Mint(Audience), "AccessDenied", "Not authorized", "arn:aws:iam::111111111111:role/missing");
        await RefusedAsync(_emulator.GitHub.Mint(Audience), "InvalidIdentityToken", "No OpenIDConnect provider", "arn:aws:iam::222222222222:role/other");
    }

    [Fact]
    public async Task A_condition_on_a_claim_that_AWS_does_not_see_is_never_fulfilled()
    {
        const string Role = "arn:aws:iam::111111111111:role/owner";
        _emulator.State.Of<IamState>().AddRole(Role, Trust("""{"StringEquals":{"token.actions.githubusercontent.com:runner_environment":"github-hosted"}}"""));

        await RefusedAsync(_emulator.GitHub.Mint(Audience), "AccessDenied", "Not authorized", Role);
    }

    [Fact]
    public async Task The_request_address_of_the_runner_gives_a_token_to_its_bearer_only()
    {
        using var http = new HttpClient();
        var url = new Uri($"{_emulator.TokenRequestUrl}&audience={Audience}");
        Assert.Equal(401, (int)(await http.GetAsync(url, TestContext.Current.CancellationToken)).StatusCode);

        http.DefaultRequestHeaders.Add("Authorization", $"Bearer {IssuerBook.RequestToken}");
        var answer = JsonNode.Parse(await http.GetStringAsync(url, TestContext.Current.CancellationToken))!;

        Assert.Equal(200, (await AssumeAsync((string)answer["value"]!)).Status);
    }

    internal static string Trust(string condition) =>
        $$"""
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity",
         "Principal":{"Federated":"arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"},"Condition":{{condition}}}]}
        """;

    private JsonObject Payload() => (JsonObject)JsonNode.Parse(Base64Url.DecodeFromChars(_emulator.GitHub.Mint(Audience).Split('.')[1]))!;

    private string Unsigned(JsonObject header) =>
        $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString()))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Payload().ToJsonString()))}";

    private async Task RefusedAsync(string token, string code, string words, string role = RoleArn)
    {
        var (status, body) = await AssumeAsync(token, role);
        Assert.Equal(code == "AccessDenied" ? 403 : 400, status);
        Assert.Contains($"<Code>{code}</Code>", body, StringComparison.Ordinal);
        Assert.Contains(words, body, StringComparison.Ordinal);
    }

    private async Task<(int Status, string Body)> AssumeAsync(string token, string role = RoleArn)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent([
            new("Action", "AssumeRoleWithWebIdentity"), new("Version", "2011-06-15"), new("RoleArn", role), new("RoleSessionName", "web-app-dev-7"),
            new("WebIdentityToken", token)]);
        using var response = await http.PostAsync(_emulator.Url, form, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
