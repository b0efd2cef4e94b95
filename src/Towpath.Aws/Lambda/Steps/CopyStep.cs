using Towpath.Aws.Calling;
using Towpath.Aws.S3;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Lambda.Steps;

/// <summary>
/// Promotion by copy: brings the zip into the environment's own bucket, within S3 where the target's role may read the source and S3 knows its
/// digest, else through this process. Only bytes that the digest names ever get there.
/// </summary>
internal sealed class CopyStep(CodeBucket buckets, IEnumerable<IArtifactSource> sources, AwsOptions options, TimeProvider time) : LambdaStep(time)
{
    public const string Name = "lambda.copy";

    /// <summary>A function's code may have 250 MB unpacked, so that no zip that it takes is larger (AWS Lambda developer guide, "Lambda quotas").</summary>
    private const long Largest = 250 << 20;

    public override string Kind => Name;

    public override StepPolicy Policy => new(TimeSpan.FromMinutes(30));

    protected override async Task<StepResult> RunAsync(StepContext context, LambdaInputs inputs, AwsScope scope, CancellationToken cancellationToken)
    {
        if (await buckets.FindAsync(new S3Bucket(scope, inputs.Bucket), inputs.Key, cancellationToken) is { } there && there.Digest == inputs.Digest)
        {
            context.Log($"s3://{inputs.Bucket}/{inputs.Key} is there already");
            return new StepResult.Done();
        }

        return await CopyWithinAsync(context, inputs, scope, cancellationToken) ?? await StreamAsync(context, inputs, scope, cancellationToken);
    }

    /// <returns>Null where it has to go through this process.</returns>
    private async Task<StepResult?> CopyWithinAsync(StepContext context, LambdaInputs inputs, AwsScope scope, CancellationToken cancellationToken)
    {
        if (S3Reference.Parse(inputs.Reference) is not { Bucket: var bucket, Key: var key }) return null;
        try
        {
            // Without a digest that S3 itself made of the whole, a copy could bring other bytes.
            if (await buckets.FindAsync(new S3Bucket(scope, bucket), key, cancellationToken) is not { Digest: { } found } source) return null;
            if (found != inputs.Digest) return Lied(inputs, found);
            await context.EnsureOwnedAsync(cancellationToken);
            await buckets.CopyAsync(new S3Bucket(scope, inputs.Bucket), inputs.Key, (bucket, key, source.ETag), cancellationToken);
        }
        catch (AwsException e) when (e.IsDenied)
        {
            context.Log($"{inputs.Reference} is not readable for this role ({e.Code}); the copy goes through Towpath");
            return null;
        }

        var copied = await buckets.FindAsync(new S3Bucket(scope, inputs.Bucket), inputs.Key, cancellationToken);
        if (copied?.Digest != inputs.Digest) return null;
        context.Log($"copied {copied?.Size} bytes within S3 to s3://{inputs.Bucket}/{inputs.Key}");
        return new StepResult.Done();
    }

    private async Task<StepResult> StreamAsync(StepContext context, LambdaInputs inputs, AwsScope scope, CancellationToken cancellationToken)
    {
        var scheme = ArtifactScheme.Of(ArtifactKind.Function, inputs.Reference);
        if (sources.FirstOrDefault(source => source.Scheme == scheme) is not { } source)
            return new StepResult.Failed($"nothing here can read artifacts of the scheme '{scheme}'; report the build with another reference");
        await using var spool = Spool();
        var (found, problem) = await ReadAsync(source, inputs, spool, cancellationToken);
        if (problem is not null) return problem;
        await spool.FlushAsync(cancellationToken);
        await context.EnsureOwnedAsync(cancellationToken);
        await buckets.PutAsync(new S3Bucket(scope, inputs.Bucket), inputs.Key, (spool.Name, spool.Length), inputs.Digest, cancellationToken);
        context.Log($"uploaded {spool.Length} bytes to s3://{inputs.Bucket}/{inputs.Key}, {found}");
        return new StepResult.Done();
    }

    /// <summary>All of it is read and checked before anything is sent.</summary>
    private static async Task<(Digest Found, StepResult? Problem)> ReadAsync(IArtifactSource source, LambdaInputs inputs, FileStream spool, CancellationToken cancellationToken)
    {
        await using (var stream = await source.OpenAsync(inputs.Reference, cancellationToken))
        {
            var buffer = new byte[1 << 17];
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if (spool.Length + read > Largest) return (default, new StepResult.Failed($"'{inputs.Reference}' has more than {Largest >> 20} MB, the most that a function's zip may have"));
                await spool.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }

        spool.Position = 0;
        var found = await Digest.OfAsync(spool, cancellationToken);
        return (found, found == inputs.Digest ? null : Lied(inputs, found));
    }

    private FileStream Spool()
    {
        var folder = Directory.CreateDirectory(Path.Combine(options.DataFolder, "lambda"));
        return new FileStream(Path.Combine(folder.FullName, $".tmp-{Guid.CreateVersion7():N}.zip"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
        });
    }

    private static StepResult.Failed Lied(LambdaInputs inputs, Digest found) => new(
        $"'{inputs.Reference}' holds other bytes than those that were reported: expected {inputs.Digest}, found {found}; "
        + "report the new bytes as another build, or put the reported ones back");
}
