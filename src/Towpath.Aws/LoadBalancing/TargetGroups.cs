using System.Xml.Linq;
using Towpath.Aws.Calling;

namespace Towpath.Aws.LoadBalancing;

/// <summary>How healthy the targets of load balancers are (Elastic Load Balancing API Reference, version 2015-12-01).</summary>
internal sealed class TargetGroups(AwsCaller caller)
{
    private static readonly AwsQuery.QueryOperation DescribeTargetHealth = new(AwsService.LoadBalancing, "2015-12-01", "DescribeTargetHealth");

    /// <returns>State and AWS's words for each target; null where there is no such group.</returns>
    public async Task<IReadOnlyList<TargetState>?> HealthAsync(AwsScope scope, string arn, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await caller.CallAsync(scope, DescribeTargetHealth, [KeyValuePair.Create("TargetGroupArn", arn)], cancellationToken);
            return [.. answer.Members("TargetHealthDescriptions").Select(d => d.Element("TargetHealth") ?? new XElement("none")).Select(h => new TargetState(h.Text("State"), h.Text("Description")))];
        }
        catch (AwsException e) when (e.Code is "TargetGroupNotFound" or "TargetGroupNotFoundException")
        {
            return null;
        }
    }
}

/// <param name="State">Such as <c>healthy</c>, <c>initial</c>, <c>draining</c>, <c>unhealthy</c>.</param>
/// <param name="Description">AWS's words, where it has any.</param>
internal sealed record TargetState(string State, string Description)
{
    public bool IsWrong => State is "unhealthy" or "unavailable";
}
