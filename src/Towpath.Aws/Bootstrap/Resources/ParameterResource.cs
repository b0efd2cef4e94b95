using Towpath.Aws.Calling;
using Towpath.Aws.Ssm;

namespace Towpath.Aws.Bootstrap.Resources;

/// <summary>A parameter that a spec refers to. What is there is left alone; what is missing is made only of a value that was given.</summary>
internal sealed class ParameterResource(SsmClient ssm, AwsScope scope, ParameterWish wish) : EstateResource("parameter", $"{wish.Name} ({scope.Region})", wish.Account)
{
    public override async Task<EstateState> LookAsync(CancellationToken cancellationToken)
    {
        if ((await ssm.ExistingAsync(scope, [wish.Name], cancellationToken)).Contains(wish.Name)) return new EstateState(EstateVerb.Same);
        if (wish.IsSecret) return new EstateState(EstateVerb.Fill, $"a secret: aws ssm put-parameter --type SecureString --name {wish.Name} --value …");
        return wish.Value is { } value
            ? new EstateState(EstateVerb.Create, null, new Aspect("value", null, value))
            : new EstateState(EstateVerb.Fill, $"give --set {wish.Name}=VALUE, or let the infrastructure's own code write it");
    }

    public override Task ApplyAsync(CancellationToken cancellationToken) => ssm.PutAsync(scope, wish.Name, wish.Value!, cancellationToken);
}

/// <param name="Name">The parameter.</param>
/// <param name="Account">Whose it is; null for the caller's.</param>
/// <param name="IsSecret">It stands under <c>secrets</c>: its value is never written by Towpath.</param>
/// <param name="Value">What to write where it is missing.</param>
internal sealed record ParameterWish(string Name, string? Account, bool IsSecret, string? Value);
