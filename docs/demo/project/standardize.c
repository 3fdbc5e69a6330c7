/* standardize IN OUT: copies a CSV file with a header line and numbers, each column but the last
 * one shifted and scaled to mean 0 and standard deviation 1. The last column is the class. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kRows = 100000, kColumns = 64, kLine = 8192 };

static double values[kRows][kColumns];
static char line[kLine];

static FILE *opened(const char *path, const char *mode) {
  FILE *file = fopen(path, mode);
  if (file == NULL) {
    perror(path);
    exit(1);
  }
  return file;
}

static int parse(double *row) {
  int columns = 0;
  for (char *field = strtok(line, ",\n"); field != NULL; field = strtok(NULL, ",\n")) {
    if (columns == kColumns) exit(2);
    row[columns++] = strtod(field, NULL);
  }
  return columns;
}

static void standardize(int rows, int column) {
  double sum = 0, squares = 0;
  for (int i = 0; i < rows; ++i) sum += values[i][column];
  const double mean = sum / rows;
  for (int i = 0; i < rows; ++i) squares += pow(values[i][column] - mean, 2);
  const double deviation = squares > 0 ? sqrt(squares / rows) : 1;
  for (int i = 0; i < rows; ++i) values[i][column] = (values[i][column] - mean) / deviation;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  FILE *in = opened(argv[1], "r");
  int rows = 0, columns = 0;
  if (fgets(line, kLine, in) == NULL) return 2; /* the header says counts and class names */
  while (rows < kRows && fgets(line, kLine, in) != NULL) columns = parse(values[rows++]);
  fclose(in);

  for (int column = 0; column + 1 < columns; ++column) standardize(rows, column);

  FILE *out = opened(argv[2], "w");
  for (int i = 0; i < rows; ++i) {
    for (int column = 0; column < columns; ++column) {
      fprintf(out, "%.9g%c", values[i][column], column + 1 < columns ? ',' : '\n');
    }
  }
  return fclose(out) == 0 ? 0 : 1;
}
