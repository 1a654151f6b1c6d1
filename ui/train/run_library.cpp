// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/run_library.h"

#include <QDir>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace continuo::ui {

namespace {

constexpr int kAgainMs = 2'000;

std::vector<RunFactsPointer>
readAll(const QString& folder, const std::vector<RunFactsPointer>& before, std::stop_token stop)
{
    const auto foldersIn = [](const QString& parent) {
        QStringList paths;
        for (const QString& name :
             QDir(parent).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
            paths << parent + QLatin1Char('/') + name;
        return paths;
    };
    const auto read = [&before](const QString& path) {
        const auto known =
            std::ranges::find(before, path, [](const RunFactsPointer& run) { return run->path; });
        return readRun(path, known == before.end() ? nullptr : *known);
    };
    std::vector<RunFactsPointer> runs;
    for (const QString& path : foldersIn(folder)) {
        if (stop.stop_requested())
            break;
        if (RunFactsPointer run = read(path)) {
            runs.push_back(std::move(run));
            continue;
        }
        // The runs of a claim stand in a folder of their own.
        for (const QString& inner : foldersIn(path))
            if (RunFactsPointer run = read(inner))
                runs.push_back(std::move(run));
    }
    std::ranges::stable_sort(runs, [](const RunFactsPointer& a, const RunFactsPointer& b) {
        return a->begun > b->begun;
    });
    return runs;
}

} // namespace

/// The thread that reads; one question waits at most.
struct RunLibrary::Reader
{
    std::mutex mutex{};
    std::condition_variable_any wake{};
    std::optional<std::vector<RunFactsPointer>> question{};
    std::jthread thread{}; ///< Last, so that it ends first.
};

RunLibrary::RunLibrary(QString folder, QObject* parent)
    : QObject(parent)
    , m_folder(std::move(folder))
    , m_reader(std::make_unique<Reader>())
{
    m_reader->thread =
        std::jthread([this, reader = m_reader.get(), path = m_folder](std::stop_token stop) {
            for (;;) {
                std::vector<RunFactsPointer> before;
                {
                    std::unique_lock lock(reader->mutex);
                    if (!reader->wake.wait(lock, stop,
                                           [reader] { return reader->question.has_value(); }))
                        return;
                    before = std::move(*reader->question);
                    reader->question.reset();
                }
                std::vector<RunFactsPointer> runs = readAll(path, before, stop);
                if (stop.stop_requested())
                    return;
                QMetaObject::invokeMethod(
                    this, [this, runs = std::move(runs)]() mutable { arrived(std::move(runs)); },
                    Qt::QueuedConnection);
            }
        });
    connect(&m_timer, &QTimer::timeout, this, &RunLibrary::refresh);
    m_timer.start(kAgainMs);
    refresh();
}

RunLibrary::~RunLibrary() = default;

RunFactsPointer RunLibrary::run(const QString& path) const
{
    const auto found =
        std::ranges::find(m_runs, path, [](const RunFactsPointer& run) { return run->path; });
    return found == m_runs.end() ? nullptr : *found;
}

void RunLibrary::refresh()
{
    if (std::exchange(m_isReading, true)) {
        m_isAskedAgain = true;
        return;
    }
    {
        const std::lock_guard lock(m_reader->mutex);
        m_reader->question = m_runs;
    }
    m_reader->wake.notify_one();
}

void RunLibrary::arrived(std::vector<RunFactsPointer> runs)
{
    m_isReading = false;
    const bool isChanged = !std::exchange(m_isRead, true) || runs != m_runs;
    m_runs = std::move(runs);
    if (isChanged)
        Q_EMIT changed();
    if (std::exchange(m_isAskedAgain, false))
        refresh();
}

} // namespace continuo::ui
