// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/run_curves.h"

#include "ui/base/words.h"
#include "ui/train/smoothing.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace continuo::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("continuo::ui::RunCurves", text);
}

QColor trainingColour(const Palette& palette)
{
    return palette.training;
}
QColor heldOutColour(const Palette& palette)
{
    return palette.heldOut;
}
QColor gradientColour(const Palette& palette)
{
    return palette.alternatives[3];
}
QColor otherA(const Palette& palette)
{
    return palette.alternatives[1];
}
QColor otherB(const Palette& palette)
{
    return palette.alternatives[3];
}
QColor otherC(const Palette& palette)
{
    return palette.accent;
}
QColor otherD(const Palette& palette)
{
    return palette.muted;
}

template <typename Point>
std::vector<double> column(const std::vector<Point>& points, double Point::*member)
{
    std::vector<double> values;
    values.reserve(points.size());
    for (const Point& point : points)
        values.push_back(point.*member);
    return values;
}

template <typename Point>
std::vector<double> steps(const std::vector<Point>& points)
{
    std::vector<double> values;
    values.reserve(points.size());
    for (const Point& point : points)
        values.push_back(static_cast<double>(point.step));
    return values;
}

PlotCurve curve(const QString& name, QColor (*colour)(const Palette&), std::vector<double> x,
                std::vector<double> y)
{
    PlotCurve made;
    made.name = name;
    made.colour = colour;
    made.x = std::move(x);
    made.y = std::move(y);
    return made;
}

PlotCurve faint(PlotCurve made)
{
    made.opacity = 0.35;
    made.width = 1;
    made.isTold = false;
    return made;
}

QByteArray quoted(const QString& text)
{
    if (!text.contains(QLatin1Char(',')) && !text.contains(QLatin1Char('"')) &&
        !text.contains(QLatin1Char('\n')))
        return text.toUtf8();
    QString inner = text;
    return '"' + inner.replace(QLatin1Char('"'), QLatin1String("\"\"")).toUtf8() + '"';
}

QByteArray figure(double value)
{
    return std::isfinite(value) ? QByteArray::number(value, 'g', 17) : QByteArray();
}

} // namespace

QColor (*otherRunColour(std::size_t index))(const Palette&)
{
    constexpr QColor (*kColours[])(const Palette&) = {otherA, otherB, otherC, otherD};
    return kColours[index % std::size(kColours)];
}

namespace {

/// The best a discriminator can do against a generator that it cannot tell from the corpus: two
/// verdicts by the toss of a coin, ln 2 each; and what the generator then has.
constexpr double kCannotTell = 2 * std::numbers::ln2;
constexpr double kCannotBeTold = std::numbers::ln2;

/// Both losses in one plot, and beside it how varied the generator's melodies are.
RunCurves adversarialCurves(const RunStory& story, double smoothing)
{
    RunCurves curves;
    const std::vector<double> trained = steps(story.training);
    const auto add = [&](const QString& name, QColor (*colour)(const Palette&),
                         double TrainingPoint::*member) {
        const std::vector<double> loss = column(story.training, member);
        if (smoothing > 0)
            curves.loss.push_back(faint(curve(tr("%1, raw").arg(name), colour, trained, loss)));
        curves.loss.push_back(curve(name, colour, trained, smoothed(loss, smoothing)));
    };
    add(tr("discriminator"), trainingColour, &TrainingPoint::discriminatorLoss);
    add(tr("generator"), heldOutColour, &TrainingPoint::generatorLoss);
    curves.references = {{tr("the discriminator cannot tell"), kCannotTell},
                         {tr("the generator cannot be told"), kCannotBeTold}};
    const std::vector<double> judged = steps(story.variety);
    curves.accuracy.push_back(curve(tr("different passages"), heldOutColour, judged,
                                    column(story.variety, &VarietyPoint::distinct)));
    curves.accuracy.push_back(curve(tr("alike for every noise"), trainingColour, judged,
                                    column(story.variety, &VarietyPoint::collapse)));
    if (!story.variety.empty() && story.variety.back().corpusDistinct > 0)
        curves.accuracyReferences = {
            {tr("the corpus"), story.variety.back().corpusDistinct}};
    curves.gradientNorm.push_back(curve(tr("gradient norm"), gradientColour, trained,
                                        column(story.training, &TrainingPoint::gradientNorm)));
    for (const StoryMark& mark : story.marks)
        curves.marks.push_back({static_cast<double>(mark.step), mark.words});
    return curves;
}

} // namespace

RunCurves runCurves(const RunFacts& run, std::span<const RunFactsPointer> others, double smoothing)
{
    const RunStory& story = run.story;
    if (story.isAdversarial)
        return adversarialCurves(story, smoothing);
    RunCurves curves;
    const std::vector<double> trained = steps(story.training);
    const std::vector<double> judged = steps(story.heldOut);
    const std::vector<double> loss = column(story.training, &TrainingPoint::loss);

    for (std::size_t i = 0; i < others.size(); ++i) {
        const RunStory& other = others[i]->story;
        PlotCurve line = curve(others[i]->name, otherRunColour(i), steps(other.heldOut),
                               column(other.heldOut, &HeldOutPoint::loss));
        line.opacity = 0.8;
        line.width = 1.3;
        curves.loss.push_back(std::move(line));
    }
    if (smoothing > 0)
        curves.loss.push_back(faint(curve(tr("training, raw"), trainingColour, trained, loss)));
    curves.loss.push_back(
        curve(tr("training"), trainingColour, trained, smoothed(loss, smoothing)));
    if (!story.holdsNothingOut())
        curves.loss.push_back(curve(tr("held-out"), heldOutColour, judged,
                                    column(story.heldOut, &HeldOutPoint::loss)));

    const std::vector<double> accuracy = column(story.training, &TrainingPoint::accuracy);
    curves.accuracy.push_back(
        curve(tr("training"), trainingColour, trained, smoothed(accuracy, smoothing)));
    if (!story.holdsNothingOut())
        curves.accuracy.push_back(curve(tr("held-out"), heldOutColour, judged,
                                        column(story.heldOut, &HeldOutPoint::accuracy)));
    curves.gradientNorm.push_back(curve(tr("gradient norm"), gradientColour, trained,
                                        column(story.training, &TrainingPoint::gradientNorm)));

    const std::pair<QString, double> levels[] = {{tr("any note, equally"), story.uniform},
                                                 {tr("by frequency alone"), story.unigram},
                                                 {tr("from the note before"), story.bigram}};
    for (const auto& [name, value] : levels) {
        if (value > 0)
            curves.references.push_back({name, value});
    }
    if (const HeldOutPoint* best = story.best())
        curves.best =
            PlotPoint{static_cast<double>(best->step), best->loss,
                      tr("best %1 at %2")
                          .arg(QLocale().toString(best->loss, 'f', 2), countInWords(best->step))};
    for (const StoryMark& mark : story.marks)
        curves.marks.push_back({static_cast<double>(mark.step), mark.words});
    return curves;
}

QByteArray runCsv(std::span<const RunFactsPointer> runs, double smoothing)
{
    const bool hasPairs = std::ranges::any_of(
        runs, [](const RunFactsPointer& run) { return run->story.isAdversarial; });
    QByteArray csv = "run,step,training loss,training loss smoothed,training accuracy,gradient "
                     "norm,learning rate,held-out loss,"
                     "held-out accuracy,bits per note";
    if (hasPairs)
        csv += ",discriminator loss,generator loss,collapse,distinct passages,pair distance";
    csv += "\r\n";
    for (const RunFactsPointer& run : runs) {
        const RunStory& story = run->story;
        const std::vector<double> calm =
            smoothed(column(story.training, &TrainingPoint::loss), smoothing);
        struct Row
        {
            QByteArray training{};
            QByteArray heldOut{};
            QByteArray losses{};
            QByteArray variety{};
        };
        std::map<std::int64_t, Row> rows;
        for (std::size_t i = 0; i < story.training.size(); ++i) {
            const TrainingPoint& point = story.training[i];
            rows[point.step].training = figure(point.loss) + ',' + figure(calm[i]) + ',' +
                                        figure(point.accuracy) + ',' + figure(point.gradientNorm) +
                                        ',' + figure(point.learningRate);
            if (story.isAdversarial)
                rows[point.step].losses =
                    figure(point.discriminatorLoss) + ',' + figure(point.generatorLoss);
        }
        for (const VarietyPoint& point : story.variety)
            rows[point.step].variety = figure(point.collapse) + ',' + figure(point.distinct) + ',' +
                                       figure(point.pairDistance);
        for (const HeldOutPoint& point : story.heldOut)
            rows[point.step].heldOut =
                figure(point.loss) + ',' + figure(point.accuracy) + ',' + figure(point.bitsPerNote);
        for (const auto& [step, row] : rows)
            csv += quoted(run->name) + ',' + QByteArray::number(static_cast<qlonglong>(step)) +
                   ',' + (row.training.isEmpty() ? QByteArray(",,,,") : row.training) + ',' +
                   (row.heldOut.isEmpty() ? QByteArray(",,") : row.heldOut) +
                   (!hasPairs ? QByteArray()
                              : ',' + (row.losses.isEmpty() ? QByteArray(",") : row.losses) + ',' +
                                    (row.variety.isEmpty() ? QByteArray(",,") : row.variety)) +
                   "\r\n";
    }
    return csv;
}

} // namespace continuo::ui
