using Towpath.Aws.Calling;
using Towpath.Aws.Limits;
using Towpath.Testing;

namespace Towpath.Aws.Tests.Limits;

/// <summary>Who shares a limit.</summary>
public sealed class AccountTests
{
    private const string Management = "arn:aws:iam::111111111111:role/towpath";

    private static readonly AwsRequest Registration = new() { Service = AwsService.Ecs, Operation = "RegisterTaskDefinition" };

    [Theory]
    [InlineData("arn:aws:iam::111111111111:role/other", Management, null, true)]
    [InlineData("arn:aws:iam::111111111111:role/other", null, Management, true)]
    [InlineData("arn:aws:iam::222222222222:role/other", Management, null, false)]
    [InlineData("arn:aws:iam::111111111111:role/other", null, null, false)]
    public async Task Own_credentials_share_the_limits_of_their_account_where_it_is_known(string role, string? management, string? tokenRole, bool shared)
    {
        var limits = new ApiLimits(new VirtualTime(), new AwsOptions
        {
            DataFolder = "", ManagementRole = management,
            Variable = name => name switch { "AWS_ROLE_ARN" => tokenRole, "AWS_WEB_IDENTITY_TOKEN_FILE" => tokenRole is null ? null : "/token", _ => null },
        });
        var group = ApiGroup.Of(Registration.Service, Registration.Operation);
        for (var i = 0; i < group.Burst - group.Spare; i++) await limits.TakeAsync(new AwsScope("us-east-1", null, "test"), Registration, TestContext.Current.CancellationToken);

        using var giveUp = new CancellationTokenSource();
        var next = limits.TakeAsync(new AwsScope("us-east-1", role, "test"), Registration, giveUp.Token);
        // Whoever has to wait waits for a clock that stands still.
        Assert.Equal(shared, !next.IsCompleted);
        await giveUp.CancelAsync();
        if (shared) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }
}
