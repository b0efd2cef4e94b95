using Towpath.Aws.Bootstrap.Policies;
using Towpath.Aws.Calling;
using Towpath.Aws.Ecr.Repositories;

namespace Towpath.Aws.Bootstrap.Resources;

/// <summary>A container repository: tags never move, images are scanned, old ones go, and other accounts pull.</summary>
internal sealed class RepositoryResource(RepositoryClient repositories, AwsScope scope, RepositoryWish wish) : EstateResource("repository", wish.Name.ToString(), wish.Name.Account)
{
    private const string Tags = "tags";
    private const string Scan = "scan on push";
    private const string Lifecycle = "lifecycle policy";
    private const string Readers = "repository policy";

    public override async Task<EstateState> LookAsync(CancellationToken cancellationToken)
    {
        var found = await repositories.FindAsync(scope, wish.Name, cancellationToken);
        List<Aspect> aspects =
        [
            new(Tags, found?.ImageTagMutability, EcrRepository.Immutable),
            new(Scan, found?.Scans.ToString(), bool.TrueString),
            new(Lifecycle, found is null ? null : await repositories.FindLifecycleAsync(scope, wish.Name, cancellationToken), wish.Lifecycle),
        ];
        if (wish.Policy is { } policy)
        {
            var before = found is null ? null : await repositories.FindPolicyAsync(scope, wish.Name, cancellationToken);
            aspects.Add(new(Readers, before, PolicyText.Merged(before, policy)));
        }

        return found is null ? new EstateState(EstateVerb.Create, null, aspects) : EstateState.Of(aspects);
    }

    public override async Task ApplyAsync(CancellationToken cancellationToken)
    {
        var state = await LookAsync(cancellationToken);
        if (state.Verb == EstateVerb.Create) await repositories.CreateAsync(scope, wish.Name, cancellationToken);
        foreach (var aspect in state.Aspects)
            await (aspect.Name switch
            {
                Tags when state.Verb == EstateVerb.Change => repositories.MakeImmutableAsync(scope, wish.Name, cancellationToken),
                Scan when state.Verb == EstateVerb.Change => repositories.ScanOnPushAsync(scope, wish.Name, cancellationToken),
                Lifecycle => repositories.PutLifecycleAsync(scope, wish.Name, aspect.After, cancellationToken),
                Readers => repositories.PutPolicyAsync(scope, wish.Name, aspect.After, cancellationToken),
                _ => Task.CompletedTask,
            });
    }
}

/// <param name="Name">The repository.</param>
/// <param name="Lifecycle">What it keeps.</param>
/// <param name="Policy">Who else may pull, beside what others wrote there; null to leave that as it is.</param>
internal sealed record RepositoryWish(RepositoryName Name, string Lifecycle, string? Policy);
