using System.Text.Json.Nodes;

namespace Towpath.AwsEmulator.Tests.Calling;

public sealed class SignatureTests : IAsyncLifetime
{
    private Emulator _emulator = null!;

    public async ValueTask InitializeAsync() => _emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task A_right_signature_is_taken()
    {
        var (status, _) = await ParametersAsync(new SignedRequest(_emulator));

        Assert.Equal(200, status);
    }

    [Fact]
    public async Task A_wrong_secret_is_a_wrong_signature() =>
        await RefusedAsync(new SignedRequest(_emulator) { Secret = "another" }, "InvalidSignatureException", "SignatureDoesNotMatch");

    [Fact]
    public async Task An_unknown_access_key_is_not_recognized() =>
        await RefusedAsync(new SignedRequest(_emulator) { AccessKey = "AKIAUNKNOWN" }, "UnrecognizedClientException", "InvalidClientTokenId");

    [Fact]
    public async Task A_token_that_belongs_to_no_session_is_not_recognized() =>
        await RefusedAsync(new SignedRequest(_emulator) { SessionToken = "made-up" }, "UnrecognizedClientException", "InvalidClientTokenId");

    [Fact]
    public async Task A_changed_body_is_a_wrong_signature() => await RefusedAsync(
        new SignedRequest(_emulator) { Tamper = r => r.Content = new StringContent("Action=GetCallerIdentity&Version=2011-06-15&X=1") },
        "InvalidSignatureException", "SignatureDoesNotMatch");

    [Fact]
    public async Task A_changed_query_is_a_wrong_signature() => await RefusedAsync(
        new SignedRequest(_emulator) { Tamper = r => r.RequestUri = new Uri(r.RequestUri!, "?x=1") }, "InvalidSignatureException", "SignatureDoesNotMatch");

    [Fact]
    public async Task A_signature_of_yesterday_is_refused() => await RefusedAsync(
        new SignedRequest(_emulator) { At = TimeProvider.System.GetUtcNow().AddDays(-1) }, "InvalidSignatureException", "SignatureDoesNotMatch");

    [Fact]
    public async Task A_call_without_signature_is_refused()
    {
        using var http = new HttpClient();
        using var content = new FormUrlEncodedContent([new("Action", "GetCallerIdentity"), new("Version", "2011-06-15")]);

        using var response = await http.PostAsync(_emulator.Url, content, TestContext.Current.CancellationToken);

        Assert.Equal(403, (int)response.StatusCode);
        Assert.Contains("MissingAuthenticationToken", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_calls_are_journaled_with_their_error()
    {
        await ParametersAsync(new SignedRequest(_emulator) { Secret = "another" });

        var call = Assert.Single(_emulator.Calls.All);
        Assert.Equal(("ssm", "DescribeParameters", 400, "InvalidSignatureException"), (call.Service, call.Operation, call.Status, call.Error));
    }

    private static Task<(int Status, JsonNode Body)> ParametersAsync(SignedRequest request) => request.JsonAsync("ssm", "AmazonSSM.DescribeParameters", []);

    private static async Task RefusedAsync(SignedRequest request, string jsonCode, string queryCode)
    {
        var (status, body) = await ParametersAsync(request);
        Assert.Equal((400, jsonCode), (status, (string?)body["__type"]));
        var (queryStatus, xml) = await request.QueryAsync("sts", "Action=GetCallerIdentity&Version=2011-06-15");
        Assert.Equal(403, queryStatus);
        Assert.Contains($"<Code>{queryCode}</Code>", xml, StringComparison.Ordinal);
    }
}
