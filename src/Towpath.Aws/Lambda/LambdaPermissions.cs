using Towpath.Aws.Bootstrap;
using Towpath.Aws.Bootstrap.Policies;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Lambda;

/// <summary>The calls of this target's plan, steps and looks.</summary>
internal sealed class LambdaPermissions : ITargetPermissions
{
    public string Kind => LambdaSettings.Kind;

    public string? BucketOf(TargetSpec target) => LambdaSettings.Read(target).Bucket;

    public Task<NeededAccess> OfAsync(AccessQuestion question, CancellationToken cancellationToken)
    {
        var settings = LambdaSettings.Read(question.Environment.Target);
        var (region, account) = (settings.Place.Region, question.Account);
        var (function, bucket) = (question.ValueOf(settings.Function), question.ValueOf(settings.Bucket));
        if (function is null || bucket is null)
            return Task.FromResult(new NeededAccess([], [.. new[] { function is null ? settings.Function : null, bucket is null ? settings.Bucket : null }.OfType<string>()]));
        var arn = function.StartsWith("arn:", StringComparison.Ordinal) ? function : $"arn:aws:lambda:{region}:{account}:function:{function}";
        List<PolicyStatement> statements =
        [
            PolicyStatement.Allow(
                ["lambda:GetFunctionConfiguration", "lambda:ListVersionsByFunction", "lambda:UpdateFunctionCode", "lambda:PublishVersion", "lambda:GetAlias", "lambda:CreateAlias", "lambda:UpdateAlias"],
                arn, $"{arn}:*"),
            PolicyStatement.Allow(["s3:GetObject", "s3:PutObject"], $"arn:aws:s3:::{bucket}/{question.Key.Application}/*"),
            PolicyStatement.Allow(["s3:ListBucket"], $"arn:aws:s3:::{bucket}"),
            .. ParameterAccess.Of(region, account, [settings.Function, settings.Bucket], settings.VersionParameter),
        ];
        if (settings.Alarms.Count > 0) statements.Add(AlarmAccess.Statement);
        statements.AddRange(SourceAccess.Of(question.Key.Application, question.Artifacts.Where(a => a.Kind == ArtifactKind.Function)));
        return Task.FromResult(new NeededAccess(statements, []));
    }
}
