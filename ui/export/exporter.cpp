// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/exporter.h"

#include "core/abc/write_abc.h"
#include "core/base/file.h"
#include "core/midi/write_midi.h"
#include "core/play/render_audio.h"
#include "ui/base/appearance.h"
#include "ui/base/notices.h"
#include "ui/base/words.h"
#include "ui/document/file_path.h"
#include "ui/engine/task_list.h"
#include "ui/export/roll_sheet.h"

#include <QDir>
#include <QFileInfo>
#include <QMetaObject>

#include <algorithm>
#include <utility>

namespace continuo::ui {

namespace {

constexpr double kPictureScale = 2;

/// What an export needs, apart from the window.
struct Order
{
    ExportKind kind = ExportKind::Midi;
    Score score{};
    QString title{};
    QString path{};
    QString soundfont{};
    Palette palette{};
    QFont font{};
};

/// What the file does not hold, in words; empty: nothing.
using Exported = Result<QString>;

Exported written(const Status& status, const QString& remark = {})
{
    return status ? Exported(remark) : Exported(status.error());
}

std::span<const std::uint8_t> bytesOf(const QByteArray& bytes)
{
    return {reinterpret_cast<const std::uint8_t*>(bytes.constData()),
            static_cast<std::size_t>(bytes.size())};
}

/// The sentence for one, or for `count` with "%1" in it.
QString counted(std::size_t count, const QString& one, const QString& many)
{
    return count == 1 ? one : many.arg(countInWords(static_cast<std::int64_t>(count)));
}

Exported exportMidi(const Order& order)
{
    const Result<MidiWriting> midi = writeMidi(order.score);
    if (!midi)
        return midi.error();
    const std::size_t shortened = midi->shortenedNotes;
    const QString remark = shortened == 0
                               ? QString()
                               : counted(shortened,
                                         Exporter::tr("1 note inside another of the same pitch was "
                                                      "shortened, as MIDI cannot hold it."),
                                         Exporter::tr("%1 notes inside others of the same pitch "
                                                      "were shortened, as MIDI cannot hold them."));
    return written(writeFile(filePath(order.path), midi->bytes, Overwrite::Replace), remark);
}

Exported exportAbc(const Order& order)
{
    const Result<AbcText> abc = writeAbc(order.score);
    if (!abc)
        return abc.error();
    QStringList remarks;
    if (abc->leftOutVoices > 0)
        remarks << counted(
            abc->leftOutVoices,
            Exporter::tr("1 voice was left out, as a tune in ABC has at most 64 here."),
            Exporter::tr("%1 voices were left out, as a tune in ABC has at most 64 here."));
    if (abc->leftOutNotes > 0)
        remarks << counted(
            abc->leftOutNotes,
            Exporter::tr("1 note that begins with another of its pitch was left out."),
            Exporter::tr("%1 notes that begin with another of their pitch were left out."));
    if (abc->shortenedNotes > 0)
        remarks << counted(abc->shortenedNotes,
                           Exporter::tr("1 note was cut where another begins."),
                           Exporter::tr("%1 notes were cut where others begin."));
    if (abc->leftOutGraces > 0)
        remarks << counted(abc->leftOutGraces, Exporter::tr("1 mark of grace notes was left out."),
                           Exporter::tr("%1 marks of grace notes were left out."));
    if (abc->movedNotes > 0)
        remarks << counted(abc->movedNotes, Exporter::tr("1 note was moved onto the grid."),
                           Exporter::tr("%1 notes were moved onto the grid."));
    return written(writeFile(filePath(order.path), abc->text, Overwrite::Replace),
                   remarks.join(QLatin1Char(' ')));
}

Exported exportAudio(const Order& order, const CancelToken& cancel,
                     const std::function<void(double)>& progress)
{
    RenderOptions options;
    options.soundfont = filePath(order.soundfont);
    options.overwrite = Overwrite::Replace;
    const Result<RenderReport> report =
        renderAudio(order.score, filePath(order.path), options, cancel, progress);
    if (!report)
        return report.error();
    return report->loweredByDb < 0.05
               ? QString()
               : Exporter::tr("It was made %1 dB quieter so that nothing clips.")
                     .arg(report->loweredByDb, 0, 'f', 1);
}

Exported exportPicture(const Order& order)
{
    const RollSheet sheet{order.score, order.title, order.palette, order.font};
    const Result<QByteArray> picture =
        order.kind == ExportKind::Png ? rollPng(sheet, kPictureScale) : rollSvg(sheet);
    if (!picture)
        return picture.error();
    return written(writeFile(filePath(order.path), bytesOf(*picture), Overwrite::Replace));
}

Exported carryOut(const Order& order, const CancelToken& cancel,
                  const std::function<void(double)>& progress)
{
    switch (order.kind) {
    case ExportKind::Midi:
        return exportMidi(order);
    case ExportKind::Abc:
        return exportAbc(order);
    case ExportKind::Wav:
    case ExportKind::Flac:
        return exportAudio(order, cancel, progress);
    case ExportKind::Png:
    case ExportKind::Svg:
        break;
    }
    return exportPicture(order);
}

} // namespace

QString exportEnding(ExportKind kind)
{
    switch (kind) {
    case ExportKind::Midi:
        return QStringLiteral("mid");
    case ExportKind::Wav:
        return QStringLiteral("wav");
    case ExportKind::Flac:
        return QStringLiteral("flac");
    case ExportKind::Abc:
        return QStringLiteral("abc");
    case ExportKind::Png:
        return QStringLiteral("png");
    case ExportKind::Svg:
        break;
    }
    return QStringLiteral("svg");
}

QString exportName(ExportKind kind)
{
    switch (kind) {
    case ExportKind::Midi:
        return Exporter::tr("MIDI file");
    case ExportKind::Wav:
        return Exporter::tr("WAV sound");
    case ExportKind::Flac:
        return Exporter::tr("FLAC sound");
    case ExportKind::Abc:
        return Exporter::tr("ABC tune");
    case ExportKind::Png:
        return Exporter::tr("PNG picture of the roll");
    case ExportKind::Svg:
        break;
    }
    return Exporter::tr("SVG drawing of the roll");
}

Exporter::Exporter(const Appearance& appearance, Notices& notices, TaskList& tasks,
                   const QString& soundfont, QObject* parent)
    : QObject(parent)
    , m_appearance(appearance)
    , m_notices(notices)
    , m_tasks(tasks)
    , m_soundfont(soundfont)
{
}

Exporter::~Exporter()
{
    for (Work& work : m_works)
        work.cancel.cancel();
    for (Work& work : m_works)
        work.thread.join();
}

void Exporter::start(ExportKind kind, const Score& score, const QString& title, const QString& path)
{
    Work& work = m_works.emplace_back();
    const CancelToken cancel = work.cancel;
    const int task = m_tasks.begin(tr("Exporting %1").arg(QFileInfo(path).fileName()),
                                   [cancel] { cancel.cancel(); });
    work.task = task;
    Order order{kind,
                score,
                title,
                QFileInfo(path).absoluteFilePath(),
                m_soundfont,
                paperPalette(),
                m_appearance.smallFont()};
    work.thread = std::jthread([this, task, cancel, order = std::move(order)] {
        const auto progress = [this, task](double share) {
            QMetaObject::invokeMethod(
                this,
                [this, task, share] {
                    m_tasks.update(task, [share](Task& row) { row.share = share; });
                },
                Qt::QueuedConnection);
        };
        const Exported exported = carryOut(order, cancel, progress);
        const Status status = exported ? ok() : Status(exported.error());
        QMetaObject::invokeMethod(
            this,
            [this, task, path = order.path, status, remark = exported ? *exported : QString()] {
                end(task, path, status, remark);
            },
            Qt::QueuedConnection);
    });
}

void Exporter::end(int task, const QString& path, const Status& written, const QString& remark)
{
    const auto work = std::ranges::find(m_works, task, &Work::task);
    work->thread.join();
    m_works.erase(work);
    m_tasks.finish(task);
    if (!written)
        m_notices.report(written.error());
    else if (remark.isEmpty())
        m_notices.tell(tr("Exported %1").arg(QDir::toNativeSeparators(path)));
    else
        m_notices.tell(tr("Exported %1. %2").arg(QDir::toNativeSeparators(path), remark));
    Q_EMIT finished(path, static_cast<bool>(written));
}

} // namespace continuo::ui
