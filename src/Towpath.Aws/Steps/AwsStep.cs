using Towpath.Aws.Calling;
using Towpath.Aws.Limits;
using Towpath.Aws.Ssm;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Steps;

/// <summary>What steps on AWS have in common: a line before a limit is a wait, a denied call is an answer, a fault is an error that is retried.</summary>
public abstract class AwsStep : IStep
{
    public abstract string Kind { get; }

    public virtual StepPolicy Policy => new(TimeSpan.FromMinutes(30));

    public async Task<StepResult> RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(context, AwsPlace.Read(context.Inputs).ForStep(context), cancellationToken);
        }
        catch (RateLimitedException e)
        {
            return new StepResult.Running(e.Wait, e.Message);
        }
        catch (AwsException e) when (!e.IsTransient && !e.IsAboutCredentials)
        {
            return new StepResult.Failed(AwsWords.Of(e));
        }
        catch (AwsException e)
        {
            return new StepResult.Errored(new IOException(AwsWords.Of(e), e));
        }
        catch (SecretParameterException e)
        {
            return new StepResult.Failed(e.Message);
        }
        catch (AwsConfigurationException e)
        {
            return new StepResult.Errored(e);
        }
    }

    protected abstract Task<StepResult> RunAsync(StepContext context, AwsScope scope, CancellationToken cancellationToken);
}
