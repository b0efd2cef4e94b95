using System.Net;
using Towpath.Aws.Calling;
using Towpath.Aws.Limits;
using Towpath.Aws.Steps;
using Towpath.Testing;
using static Towpath.Aws.Tests.Calling.ScriptedHttp;

namespace Towpath.Aws.Tests.Calling;

public sealed class AwsCallerTests
{
    private static readonly AwsRequest Request = new() { Service = AwsService.Ecs, Operation = "DescribeServices", Body = "{}"u8.ToArray(), ContentType = "application/x-amz-json-1.1" };
    private static readonly AwsScope Scope = new("eu-west-1", null, "towpath-web-dev-1");

    private readonly VirtualTime _time = new();
    private readonly FixedKeys _keys = new();

    [Fact]
    public async Task A_fault_of_AWS_is_tried_three_times_in_all()
    {
        var http = new ScriptedHttp(Json(HttpStatusCode.InternalServerError, "{}"), Broken(), Json(HttpStatusCode.OK, """{"services":[]}"""));
        var response = await RunAsync(http);
        Assert.Equal(200, response.Status);
        Assert.Equal(3, http.Requests.Count);
    }

    [Fact]
    public async Task After_three_attempts_the_error_keeps_code_message_and_request_id()
    {
        var http = new ScriptedHttp(Json(HttpStatusCode.BadRequest, """{"__type":"com.amazonaws.ecs#ThrottlingException","message":"Rate exceeded"}""", ("x-amzn-RequestId", "8f2c")));
        var exception = await Assert.ThrowsAsync<AwsException>(() => RunAsync(http));
        Assert.Equal(3, http.Requests.Count);
        Assert.True(exception.IsThrottled && exception.IsTransient);
        Assert.Equal("ecs DescribeServices: ThrottlingException: Rate exceeded (request 8f2c); AWS limits the rate of calls: wait a little, then retry", AwsWords.Of(exception));
    }

    [Fact]
    public async Task Retry_After_is_obeyed()
    {
        var http = new ScriptedHttp(Json(HttpStatusCode.ServiceUnavailable, "{}", ("Retry-After", "30")), Json(HttpStatusCode.OK, "{}"));
        var call = SendAsync(http);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Single(http.Requests);
        _time.Advance(TimeSpan.FromSeconds(2));
        await call;
        Assert.Equal(2, http.Requests.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, """{"__type":"AccessDeniedException","message":"User: x is not authorized to perform: ecs:DescribeServices"}""", "allow ecs:DescribeServices in the policy of that role")]
    [InlineData(HttpStatusCode.BadRequest, """{"__type":"ClusterNotFoundException","message":"Cluster not found."}""", "mend what AWS names, then deploy again")]
    [InlineData(HttpStatusCode.Forbidden, """{"__type":"UnrecognizedClientException","message":"The security token included in the request is invalid."}""", "check the credentials and the trust policy of the role, then retry")]
    public async Task An_answer_is_not_asked_for_again_and_says_what_to_do(HttpStatusCode status, string body, string next)
    {
        var http = new ScriptedHttp(Json(status, body));
        var exception = await Assert.ThrowsAsync<AwsException>(() => RunAsync(http));
        Assert.Single(http.Requests);
        Assert.EndsWith(next, AwsWords.Of(exception), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_in_XML_are_read_too()
    {
        var http = new ScriptedHttp(Xml(HttpStatusCode.NotFound, "<ErrorResponse xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Error><Type>Sender</Type><Code>NoSuchDistribution</Code><Message>It does not exist.</Message></Error><RequestId>1</RequestId></ErrorResponse>"));
        var exception = await Assert.ThrowsAsync<AwsException>(() => RunAsync(http));
        Assert.Equal(("NoSuchDistribution", "It does not exist."), (exception.Code, exception.Failure.Message));
    }

    [Fact]
    public async Task An_expired_session_is_renewed_and_the_call_made_again_at_once()
    {
        var http = new ScriptedHttp(
            Json(HttpStatusCode.BadRequest, """{"__type":"ExpiredTokenException","message":"The security token included in the request is expired"}"""), Json(HttpStatusCode.OK, "{}"));
        await SendAsync(http);
        Assert.Equal(1, _keys.Renewed);
        Assert.Contains("AKIATEST1/", http.Requests[1].Headers.GetValues("Authorization").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_error_shows_a_key_or_a_token()
    {
        var http = new ScriptedHttp(Json(HttpStatusCode.Forbidden, """{"__type":"ExpiredTokenException","message":"expired"}"""));
        var exception = await Assert.ThrowsAsync<AwsException>(() => RunAsync(http));
        Assert.DoesNotContain("canary", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_with_a_ticket_does_not_wait_long_but_says_when_to_come_back()
    {
        var limits = new ApiLimits(_time);
        var scope = Scope with { Ticket = "mine" };
        for (var i = 0; i < 18; i++) await limits.HoldAsync(scope with { Ticket = $"{i}" }, AwsService.Ecs, "RegisterTaskDefinition", TestContext.Current.CancellationToken);
        await limits.HoldAsync(scope with { Ticket = "other account", Role = "arn:aws:iam::222222222222:role/x" }, AwsService.Ecs, "RegisterTaskDefinition", TestContext.Current.CancellationToken);
        for (var i = 18; i < 21; i++)
        {
            var later = scope with { Ticket = $"{i}" };
            if (i == 18) _ = limits.HoldAsync(later, AwsService.Ecs, "RegisterTaskDefinition", TestContext.Current.CancellationToken);
            else await Assert.ThrowsAsync<RateLimitedException>(() => limits.HoldAsync(later, AwsService.Ecs, "RegisterTaskDefinition", TestContext.Current.CancellationToken));
        }

        var exception = await Assert.ThrowsAsync<RateLimitedException>(() => limits.HoldAsync(scope, AwsService.Ecs, "RegisterTaskDefinition", TestContext.Current.CancellationToken));
        Assert.Equal(TimeSpan.FromSeconds(4), exception.Wait);
        Assert.Equal("waits for the account's limit of 1 task definition registrations a second; 3 go first", exception.Message);
    }

    /// <summary>Runs a call to its end, moving the clock over every wait.</summary>
    private async Task<AwsResponse> RunAsync(ScriptedHttp http)
    {
        var call = SendAsync(http);
        while (!call.IsCompleted && _time.NextTimer is not null) _time.Advance(TimeSpan.FromSeconds(30));
        return await call;
    }

    private Task<AwsResponse> SendAsync(ScriptedHttp http) =>
        new AwsCaller(new HttpMessageInvoker(http), new AwsEndpoints(_ => null), _keys, new ApiLimits(_time), _time).SendAsync(Scope, Request, TestContext.Current.CancellationToken);
}
