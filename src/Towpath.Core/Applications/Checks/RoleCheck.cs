using Towpath.Core.Applications.Grammar;
using Towpath.Core.Applications.Yaml;

namespace Towpath.Core.Applications.Checks;

/// <summary>Approvals ask for roles that exist, since a role without a definition could never say yes.</summary>
internal static class RoleCheck
{
    public static void Run(ApplicationFile application, IReadOnlyCollection<string> roles, SpecErrors errors)
    {
        foreach (var environment in application.Environments)
            if (environment.Value.Find("approvals") is SpecNode.Sequence approvals)
                foreach (var rule in approvals.Items)
                    if (rule.Find("role") is SpecNode.Scalar { IsNothing: false } role && !roles.Contains(role.Value, StringComparer.Ordinal))
                        errors.Add(role.At, "unknown-role", $"organization.yaml defines no role '{Quote.Clean(role.Value)}'{Nearest.Hint(role.Value, roles)}");
    }
}
