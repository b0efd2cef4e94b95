using Towpath.Core.Operators;
using Towpath.Core.Sites;

namespace Towpath.Local;

/// <summary>What the targets of this machine need to know of the process they run in.</summary>
/// <param name="HostName">This machine's name, as <c>host:</c> in specs and the capability <c>host:NAME</c> spell it.</param>
/// <param name="HostRequired">Whether specs must say <c>host:</c>, since several machines share the work.</param>
/// <param name="Limits">What the operator allows.</param>
/// <param name="DataFolder">Where this process may keep files of its own.</param>
public sealed record LocalOptions(string HostName, bool HostRequired, OperatorLimits Limits, string DataFolder)
{
    public SiteLimits Sites { get; init; } = new();
}
