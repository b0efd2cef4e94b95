using Towpath.Core.Applications.Grammar;
using Towpath.Core.Applications.Yaml;
using Towpath.Core.Previews;

namespace Towpath.Core.Applications.Checks;

/// <summary><c>previews</c> have a target, each target is right with a number in it, and no environment has the name of a pull request's slot.</summary>
internal static class PreviewCheck
{
    public static void Run(ApplicationFile application, ApplicationGrammar grammar, SpecErrors errors)
    {
        foreach (var environment in application.Environments)
            if (PreviewSlot.IsReserved(environment.Key))
                errors.Add(environment.At, "bad-name", $"'{Quote.Clean(environment.Key)}' is the name of a pull request's preview; call the environment otherwise");
        if (application.Root["previews"] is not SpecNode.Mapping previews) return;
        if (!application.PreviewTargets.Any()) errors.Add(previews.At, "missing-key", "'target' is missing: where previews are deployed to");
        if (previews["automatic"] is SpecNode.Scalar { Value: "true" } && previews["target"] is null)
            errors.Add(previews.Find("automatic")!.At, "missing-key", "'automatic' is about 'target', which is missing; 'targets' are asked for by label");
        foreach (var sample in application.PreviewsOf(1)) new SpecChecker(errors, subject: application.Path).Check(sample.Value.Find("target")!, grammar.Target);
    }
}
